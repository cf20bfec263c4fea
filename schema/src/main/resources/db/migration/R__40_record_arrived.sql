-- A VM that is stopped arrives without running: its images are there, and what power it has stays as it is.
CREATE OR REPLACE FUNCTION drover_api.record_arrived(p_vm uuid, p_migration uuid, p_epoch bigint) RETURNS drover_api.outcome
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, drover, pg_temp
AS $$
DECLARE
    v_host text := caller_host();
    v_migration migration := lock_migration(p_migration);
    v_refusal text := refuse_destination(v_migration, p_vm, p_epoch);
BEGIN
    IF v_migration.destination = v_host AND v_migration.vm = p_vm AND v_migration.epoch + 1 = p_epoch
        AND stands(p_migration, 'finishing', NULL, v_host) THEN
        RETURN done();
    ELSIF v_refusal IS NOT NULL THEN
        RETURN refused(v_refusal);
    ELSIF v_migration.state <> 'resuming' THEN
        RETURN refused(format('the migration is %s, not resuming', v_migration.state));
    END IF;
    PERFORM change_state(p_migration, 'finishing', 'resumed', v_host, NULL);
    RETURN done();
END
$$;

GRANT EXECUTE ON FUNCTION drover_api.record_arrived(uuid, uuid, bigint) TO drover_worker;
