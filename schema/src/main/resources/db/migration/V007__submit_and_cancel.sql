-- kind, field and message are of a refusal; kind is a Failure.Kind in lower case.
CREATE TYPE drover_api.submission AS (
    accepted boolean,
    is_new   boolean,
    kind     text,
    field    text,
    message  text
);

CREATE FUNCTION drover.refusal(p_kind text, p_field text, p_message text) RETURNS drover_api.submission
    LANGUAGE sql IMMUTABLE
    SET search_path = pg_catalog, drover, pg_temp
AS $$
    SELECT false, false, p_kind, p_field, p_message
$$;

-- Why a task cannot be taken, or null. The machine must be locked; locks the destination.
CREATE FUNCTION drover.refuse_task(p_task jsonb, p_caller text) RETURNS drover_api.submission
    LANGUAGE plpgsql
    SET search_path = pg_catalog, drover, pg_temp
AS $$
DECLARE
    v_vm vm;
    v_open migration;
    v_source text := p_task ->> 'source';
    v_destination text := p_task ->> 'destination';
    v_disk text;
    v_needed bigint;
    v_free bigint;
BEGIN
    SELECT v.* INTO v_vm FROM vm v WHERE v.id = (p_task ->> 'vm')::uuid;
    IF NOT FOUND THEN
        RETURN refusal('rejected', 'vm', format('no machine %s is known', p_task ->> 'vm'));
    END IF;
    IF p_caller NOT IN ('scheduler', v_source) THEN
        RETURN refusal('rejected', 'source', format('host %s may submit its own machines only', p_caller));
    END IF;
    IF v_vm.owner_host <> v_source THEN
        RETURN refusal('rejected', 'source', format('machine %s is not on %s', v_vm.name, v_source));
    END IF;
    IF v_destination = v_source THEN
        RETURN refusal('rejected', 'destination', format('%s is also the source', v_destination));
    END IF;
    SELECT k.disk INTO v_disk FROM jsonb_object_keys(p_task -> 'disk_algorithms') AS k (disk)
    WHERE NOT EXISTS (SELECT FROM disk d WHERE d.vm = v_vm.id AND d.disk = k.disk) LIMIT 1;
    IF FOUND THEN
        RETURN refusal('rejected', 'disk_algorithms', format('machine %s has no disk %s', v_vm.name, v_disk));
    END IF;
    SELECT m.* INTO v_open FROM migration m
    WHERE m.vm = v_vm.id AND m.state NOT IN ('completed', 'rolled_back', 'cancelled', 'rejected');
    IF FOUND THEN
        RETURN refusal('retryable', 'vm',
            format('machine %s is in migration %s (%s)', v_vm.name, v_open.id, v_open.state));
    END IF;
    -- One at a time for each destination: two submissions must not both take the last room.
    PERFORM FROM host h WHERE h.host = v_destination FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RETURN refusal('rejected', 'destination', format('no host %s is known', v_destination));
    END IF;
    v_free := free_memory_bytes(v_destination);
    IF v_vm.memory_bytes > v_free THEN
        RETURN refusal('host', 'destination', format(
            'host %s has %s bytes of memory left, machine %s needs %s',
            v_destination, greatest(v_free, 0), v_vm.name, v_vm.memory_bytes));
    END IF;
    v_needed := allocated_bytes(v_vm.id, v_source);
    v_free := free_images_bytes(v_destination);
    IF v_needed > v_free THEN
        RETURN refusal('host', 'destination', format(
            'host %s has %s bytes for images left, machine %s needs %s',
            v_destination, greatest(v_free, 0), v_vm.name, v_needed));
    END IF;
    RETURN NULL;
END
$$;

-- Submits a MigrationTask (JSON as DroverJson writes it). A host may submit machines it owns; the message is then its
-- own wake-up and no cast is posted. Asked again with the same id and ends: accepted, not new.
CREATE FUNCTION drover_api.submit_migration(p_task jsonb, p_requested_by text, p_decision uuid)
    RETURNS drover_api.submission
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, drover, pg_temp
AS $$
DECLARE
    v_caller text := caller();
    v_vm_id uuid := (p_task ->> 'vm')::uuid;
    v_same boolean;
    v_refusal drover_api.submission;
    v_migration migration;
BEGIN
    PERFORM FROM vm v WHERE v.id = v_vm_id AND v_caller IN ('scheduler', v.owner_host) FOR NO KEY UPDATE;
    SELECT m.vm = v_vm_id AND m.source = p_task ->> 'source' AND m.destination = p_task ->> 'destination'
        AND v_caller IN ('scheduler', m.source)
    INTO v_same FROM migration m WHERE m.id = (p_task ->> 'id')::uuid;
    IF v_same THEN
        RETURN (true, false, NULL, NULL, NULL)::drover_api.submission;
    ELSIF NOT v_same THEN
        RETURN refusal('rejected', 'id', format('%s is another migration', p_task ->> 'id'));
    END IF;
    v_refusal := refuse_task(p_task, v_caller);
    IF v_refusal.accepted IS NOT NULL THEN
        RETURN v_refusal;
    END IF;
    INSERT INTO migration (
        id, vm, source, destination, algorithm, disk_algorithms, deadline, task_reason,
        epoch, reserved_memory_bytes, reserved_image_bytes, requested_by, decision)
    SELECT
        (p_task ->> 'id')::uuid, v.id, p_task ->> 'source', p_task ->> 'destination', p_task ->> 'algorithm',
        coalesce(p_task -> 'disk_algorithms', '{}'), (p_task ->> 'deadline')::timestamptz, p_task ->> 'reason',
        v.epoch, v.memory_bytes, allocated_bytes(v.id, v.owner_host), p_requested_by, p_decision
    FROM vm v WHERE v.id = v_vm_id
    ON CONFLICT (id) DO NOTHING
    RETURNING * INTO v_migration;
    IF NOT FOUND THEN
        RETURN refusal('rejected', 'id', format('%s is another migration', p_task ->> 'id'));
    END IF;
    IF v_caller = 'scheduler' THEN
        PERFORM post_migrate(v_migration);
    END IF;
    PERFORM announce(v_migration, NULL, v_caller, p_requested_by, v_migration.task_reason);
    RETURN (true, true, NULL, NULL, NULL)::drover_api.submission;
END
$$;

-- requested, cancelled, too_late or unknown.
CREATE FUNCTION drover_api.request_cancel(p_id uuid, p_requested_by text) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, drover, pg_temp
AS $$
DECLARE
    v_migration migration := lock_migration(p_id);
BEGIN
    IF v_migration.id IS NULL THEN
        RETURN 'unknown';
    END IF;
    IF v_migration.state = 'queued' THEN
        UPDATE migration m SET cancel_requested = true WHERE m.id = p_id;
        PERFORM change_state(p_id, 'cancelled', 'cancel', p_requested_by, 'cancelled by ' || p_requested_by);
        RETURN 'cancelled';
    ELSIF v_migration.state = 'cancelled' AND v_migration.attempt = 0 THEN
        RETURN 'cancelled';
    ELSIF v_migration.state NOT IN ('preparing', 'replicating', 'switching', 'rolling_back') THEN
        RETURN 'too_late';
    ELSIF NOT v_migration.cancel_requested THEN
        UPDATE migration m SET cancel_requested = true WHERE m.id = p_id;
        PERFORM post_cast(v_migration.source, 'cancel', jsonb_build_object('migration', p_id), NULL);
    END IF;
    RETURN 'requested';
END
$$;
