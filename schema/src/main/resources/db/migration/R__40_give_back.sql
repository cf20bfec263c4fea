-- The destination, owner of a VM that it has not run and never will, makes the source the owner again
-- (docs/architecture.md, Ownership: In doubt).
CREATE OR REPLACE FUNCTION drover_api.give_back(p_vm uuid, p_migration uuid, p_epoch bigint, p_evidence text)
    RETURNS drover_api.outcome
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, drover, pg_temp
AS $$
DECLARE
    v_host text := caller_host();
    v_migration migration := lock_migration(p_migration);
    v_refusal text := refuse_destination(v_migration, p_vm, p_epoch);
BEGIN
    IF v_migration.destination = v_host AND v_migration.vm = p_vm AND v_migration.epoch + 1 = p_epoch
        AND stands(p_migration, 'rolling_back', NULL, v_host) THEN
        RETURN done();
    ELSIF v_refusal IS NOT NULL THEN
        RETURN refused(v_refusal);
    ELSIF v_migration.state <> 'resuming' THEN
        RETURN refused(format('the migration is %s, not resuming', v_migration.state));
    END IF;
    PERFORM change_owner(p_vm, v_migration.source);
    PERFORM change_state(p_migration, 'rolling_back', 'give_back', v_host, 'given back: ' || p_evidence);
    RETURN done();
END
$$;

GRANT EXECUTE ON FUNCTION drover_api.give_back(uuid, uuid, bigint, text) TO drover_worker;
