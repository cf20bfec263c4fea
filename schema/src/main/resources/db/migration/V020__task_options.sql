-- Files in the destination's images folder that the machine's disks have content in common with, by name.
ALTER TABLE drover.migration ADD COLUMN base_images jsonb NOT NULL DEFAULT '[]';
-- When both copies are compared: after the guest runs at its destination, or every block before the give as well.
ALTER TABLE drover.migration ADD COLUMN verify text NOT NULL DEFAULT 'read-back' CHECK (verify IN ('read-back', 'full'));

CREATE OR REPLACE FUNCTION drover.post_migrate(p_migration drover.migration) RETURNS void
    LANGUAGE plpgsql
    SET search_path = pg_catalog, drover, pg_temp
AS $$
BEGIN
    PERFORM post_cast(
        p_migration.source,
        'migrate',
        jsonb_strip_nulls(jsonb_build_object(
            'id', p_migration.id,
            'vm', p_migration.vm,
            'source', p_migration.source,
            'destination', p_migration.destination,
            'algorithm', p_migration.algorithm,
            'disk_algorithms', p_migration.disk_algorithms,
            'deadline', iso(p_migration.deadline),
            'reason', p_migration.task_reason,
            -- Absent is the same as the default.
            'allow_pull', nullif(p_migration.allow_pull, false),
            'base_images', nullif(p_migration.base_images, '[]'),
            'verify', nullif(p_migration.verify, 'read-back'))),
        p_migration.id);
END
$$;

CREATE OR REPLACE FUNCTION drover_api.submit_migration(p_task jsonb, p_requested_by text, p_decision uuid)
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
        epoch, reserved_memory_bytes, reserved_image_bytes, requested_by, decision, allow_pull,
        base_images, verify)
    SELECT
        (p_task ->> 'id')::uuid, v.id, p_task ->> 'source', p_task ->> 'destination', p_task ->> 'algorithm',
        coalesce(p_task -> 'disk_algorithms', '{}'), (p_task ->> 'deadline')::timestamptz, p_task ->> 'reason',
        v.epoch, v.memory_bytes, allocated_bytes(v.id, v.owner_host), p_requested_by, p_decision,
        coalesce((p_task ->> 'allow_pull')::boolean, false),
        coalesce(p_task -> 'base_images', '[]'), coalesce(p_task ->> 'verify', 'read-back')
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

CREATE OR REPLACE VIEW drover.worker_migration AS
SELECT
    m.id, m.vm, m.source, m.destination, m.algorithm, m.disk_algorithms, m.deadline, m.task_reason,
    v.definition, m.state, m.attempt, m.epoch, m.cancel_requested, m.token,
    s.peer_address AS source_address, d.peer_address AS destination_address,
    m.created_at, m.reason, m.allow_pull, m.base_images, m.verify
FROM drover.migration m
JOIN drover.vm v ON v.id = m.vm
JOIN drover.host s ON s.host = m.source
JOIN drover.host d ON d.host = m.destination;

CREATE OR REPLACE VIEW drover_api.migrations AS
SELECT
    m.id, m.vm, v.name AS vm_name, m.source, m.destination, m.algorithm, m.disk_algorithms, m.deadline, m.task_reason,
    m.state, s.terminal, m.attempt, m.cancel_requested, m.requested_by, m.decision, m.created_at, m.ended_at,
    m.lease_until, m.reason,
    coalesce(p.step, '') AS step,
    coalesce(p.round, 0) AS round,
    coalesce(p.bytes_done, 0) AS bytes_done,
    coalesce(p.bytes_total, 0) AS bytes_total,
    coalesce(p.bytes_per_second, 0) AS bytes_per_second,
    p.seconds_to_finish,
    p.reported_at,
    coalesce(m.lease_until < clock_timestamp(), false) AS lease_expired,
    m.allow_pull,
    coalesce(p.dirty_bytes_per_second, 0) AS dirty_bytes_per_second,
    p.seconds_to_finish_most,
    m.base_images,
    m.verify
FROM drover.migration m
JOIN drover.migration_state s ON s.state = m.state
JOIN drover.vm v ON v.id = m.vm
LEFT JOIN drover.migration_progress p ON p.migration = m.id;
