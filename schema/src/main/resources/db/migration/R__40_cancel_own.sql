-- A controller may cast a cancel straight to the source's worker; it goes the way a scheduler's request goes.
CREATE OR REPLACE FUNCTION drover_api.cancel_own(p_id uuid) RETURNS drover_api.outcome
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, drover, pg_temp
AS $$
DECLARE
    v_host text := caller_host();
    v_migration migration := lock_migration(p_id);
BEGIN
    IF v_migration.id IS NULL OR v_migration.source <> v_host THEN
        RETURN refused(format('%s is not the source of migration %s', v_host, p_id));
    ELSIF drover_api.request_cancel(p_id, v_host) = 'too_late' THEN
        RETURN refused(format('too late: the migration is %s', v_migration.state));
    END IF;
    RETURN done();
END
$$;

GRANT EXECUTE ON FUNCTION drover_api.cancel_own(uuid) TO drover_worker;
