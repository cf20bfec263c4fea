CREATE OR REPLACE FUNCTION drover_api.renew_lease(p_id uuid, p_attempt integer, p_lease interval) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, drover, pg_temp
AS $$
BEGIN
    UPDATE migration m SET lease_until = lease_end(p_lease)
    WHERE m.id = p_id AND m.source = caller_host() AND m.attempt = p_attempt
    AND m.state NOT IN ('completed', 'rolled_back', 'cancelled', 'rejected');
    RETURN FOUND;
END
$$;

GRANT EXECUTE ON FUNCTION drover_api.renew_lease(uuid, integer, interval) TO drover_worker;
