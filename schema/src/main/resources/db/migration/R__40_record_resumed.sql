-- A VM may run at its destination before all blocks of its disks are there: then it is seen running in the state
-- pulling, and its source ends that state. Who may run the VM does not depend on it
-- (docs/architecture.md, Ownership: Run).
CREATE OR REPLACE FUNCTION drover_api.record_resumed(p_vm uuid, p_migration uuid, p_epoch bigint, p_pulling boolean)
    RETURNS drover_api.outcome
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, drover, pg_temp
AS $$
DECLARE
    v_host text := caller_host();
    v_migration migration := lock_migration(p_migration);
    v_refusal text := refuse_destination(v_migration, p_vm, p_epoch);
    v_next text := CASE WHEN p_pulling THEN 'pulling' ELSE 'finishing' END;
BEGIN
    IF v_migration.destination = v_host AND v_migration.vm = p_vm AND v_migration.epoch + 1 = p_epoch
        AND stands(p_migration, v_next, NULL, v_host) THEN
        RETURN done();
    ELSIF v_refusal IS NOT NULL THEN
        RETURN refused(v_refusal);
    ELSIF v_migration.state <> 'resuming' THEN
        RETURN refused(format('the migration is %s, not resuming', v_migration.state));
    END IF;
    UPDATE vm v SET power = 'running' WHERE v.id = p_vm;
    PERFORM change_state(p_migration, v_next, 'resumed', v_host, NULL);
    RETURN done();
END
$$;

GRANT EXECUTE ON FUNCTION drover_api.record_resumed(uuid, uuid, bigint, boolean) TO drover_worker;
