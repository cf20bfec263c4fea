-- Who owns a machine changes here and nowhere else: only the owner gives it away (design 2.1).

-- Whether the transition stands in the log: by which the winner of an earlier call is known again.
CREATE FUNCTION drover.stands(p_migration uuid, p_to text, p_attempt integer, p_actor text) RETURNS boolean
    LANGUAGE sql STABLE
    SET search_path = pg_catalog, drover, pg_temp
AS $$
    SELECT EXISTS (
        SELECT FROM migration_transition t
        WHERE t.migration = p_migration AND t.to_state = p_to
        AND t.attempt = coalesce(p_attempt, t.attempt) AND t.actor = p_actor)
$$;

CREATE FUNCTION drover.change_owner(p_vm uuid, p_host text) RETURNS void
    LANGUAGE sql
    SET search_path = pg_catalog, drover, pg_temp
AS $$
    UPDATE vm SET owner_host = p_host, epoch = epoch + 1 WHERE id = p_vm
$$;

CREATE FUNCTION drover_api.give_ownership(p_vm uuid, p_migration uuid, p_attempt integer, p_epoch bigint)
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
        RETURN refused('the migration is of another machine');
    ELSIF v_migration.state <> 'switching' THEN
        RETURN refused(format('the migration is %s, not switching', v_migration.state));
    ELSIF v_migration.cancel_requested THEN
        RETURN refused('cancel is requested');
    ELSIF v_vm.owner_host <> v_host OR v_vm.epoch <> p_epoch OR v_migration.epoch <> p_epoch THEN
        RETURN refused(format('the machine is owned by %s at epoch %s', v_vm.owner_host, v_vm.epoch));
    END IF;
    PERFORM change_owner(p_vm, v_migration.destination);
    PERFORM change_state(p_migration, 'resuming', 'give', v_host, NULL);
    RETURN done();
END
$$;

-- Why the caller is not the destination that owns the machine at this epoch, or null. The migration must be locked.
CREATE FUNCTION drover.refuse_destination(p_migration drover.migration, p_vm uuid, p_epoch bigint) RETURNS text
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, drover, pg_temp
AS $$
DECLARE
    v_vm vm;
BEGIN
    IF p_migration.destination IS DISTINCT FROM caller_host() OR p_migration.vm <> p_vm THEN
        RETURN 'no migration of this machine with this host as its destination';
    END IF;
    SELECT v.* INTO v_vm FROM vm v WHERE v.id = p_vm;
    IF v_vm.owner_host <> p_migration.destination OR v_vm.epoch <> p_epoch THEN
        RETURN format('the machine is owned by %s at epoch %s', v_vm.owner_host, v_vm.epoch);
    END IF;
    RETURN NULL;
END
$$;

CREATE FUNCTION drover_api.give_back(p_vm uuid, p_migration uuid, p_epoch bigint, p_evidence text)
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

CREATE FUNCTION drover_api.record_resumed(p_vm uuid, p_migration uuid, p_epoch bigint) RETURNS drover_api.outcome
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
    UPDATE vm v SET power = 'running' WHERE v.id = p_vm;
    PERFORM change_state(p_migration, 'finishing', 'resumed', v_host, NULL);
    RETURN done();
END
$$;
