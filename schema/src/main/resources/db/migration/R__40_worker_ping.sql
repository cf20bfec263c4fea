-- See host_ping.
CREATE OR REPLACE FUNCTION drover_api.worker_ping(p_host text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, drover, pg_temp
AS $$
BEGIN
    INSERT INTO host_ping (host, pinged_at) VALUES (require_host(p_host), clock_timestamp())
    ON CONFLICT (host) DO UPDATE SET pinged_at = excluded.pinged_at;
END
$$;

GRANT EXECUTE ON FUNCTION drover_api.worker_ping(text) TO drover_worker;
