-- The source makes the destination the owner (docs/architecture.md, Ownership: Give).
CREATE OR REPLACE FUNCTION drover_api.give_ownership(p_vm uuid, p_migration uuid, p_attempt integer, p_epoch bigint)
    RETURNS drover_api.outcome
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, drover, pg_temp
AS $$
DECLARE
    v_host text := caller_host();
    v_migration migration := lock_migration(p_migration);
    v_vm vm;
    v_refusal text := refuse_source(v_migration, p_attempt);
BEGIN
    SELECT v.* INTO v_vm FROM vm v WHERE v.id = v_migration.vm;
    -- Before the attempt is compared: an answer "not done" to the one whose give stands would start the guest twice.
    IF v_migration.source = v_host AND v_migration.vm = p_vm
        AND v_vm.owner_host = v_migration.destination AND v_vm.epoch = p_epoch + 1
        AND stands(p_migration, 'resuming', p_attempt, v_host) THEN
        RETURN done();
    ELSIF v_refusal IS NOT NULL THEN
        RETURN refused(v_refusal);
    ELSIF v_migration.vm <> p_vm THEN
        RETURN refused('the migration is of another VM');
    ELSIF v_migration.state <> 'switching' THEN
        RETURN refused(format('the migration is %s, not switching', v_migration.state));
    ELSIF v_migration.cancel_requested THEN
        RETURN refused('cancel is requested');
    ELSIF v_vm.owner_host <> v_host OR v_vm.epoch <> p_epoch OR v_migration.epoch <> p_epoch THEN
        RETURN refused(format('the VM is owned by %s at epoch %s', v_vm.owner_host, v_vm.epoch));
    END IF;
    PERFORM change_owner(p_vm, v_migration.destination);
    PERFORM change_state(p_migration, 'resuming', 'give', v_host, NULL);
    RETURN done();
END
$$;

GRANT EXECUTE ON FUNCTION drover_api.give_ownership(uuid, uuid, integer, bigint) TO drover_worker;
