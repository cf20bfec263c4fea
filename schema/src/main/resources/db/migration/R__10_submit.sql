-- submit_unbound, when who asks is settled.
CREATE OR REPLACE FUNCTION drover.submit(p_task jsonb, p_caller text, p_requested_by text, p_decision uuid)
    RETURNS drover_api.submission
    LANGUAGE plpgsql
    SET search_path = pg_catalog, drover, pg_temp
AS $$
DECLARE
    v_vm_id uuid := (p_task ->> 'vm')::uuid;
    v_same boolean;
    v_refusal drover_api.submission;
    v_migration migration;
BEGIN
    PERFORM FROM vm v WHERE v.id = v_vm_id AND p_caller IN ('scheduler', v.owner_host) FOR NO KEY UPDATE;
    SELECT m.vm = v_vm_id AND m.source = p_task ->> 'source' AND m.destination = p_task ->> 'destination'
        AND p_caller IN ('scheduler', m.source)
    INTO v_same FROM migration m WHERE m.id = (p_task ->> 'id')::uuid;
    IF v_same THEN
        RETURN (true, false, NULL, NULL, NULL)::drover_api.submission;
    ELSIF NOT v_same THEN
        RETURN refusal('rejected', 'id', format('%s is another migration', p_task ->> 'id'));
    END IF;
    v_refusal := refuse_task(p_task, p_caller);
    IF v_refusal.accepted IS NOT NULL THEN
        RETURN v_refusal;
    END IF;
    INSERT INTO migration (
        id, vm, source, destination, algorithm, disk_algorithms, deadline, task_reason,
        epoch, reserved_memory_bytes, reserved_image_bytes, requested_by, decision, allow_pull,
        base_images, verify)
    SELECT
        (p_task ->> 'id')::uuid, v.id, p_task ->> 'source', p_task ->> 'destination', p_task ->> 'algorithm',
        coalesce(p_task -> 'disk_algorithms', '{}'), (p_task ->> 'deadline')::timestamptz,
        printable(p_task ->> 'reason', 1000),
        v.epoch, v.memory_bytes, allocated_bytes(v.id, v.owner_host), p_requested_by, p_decision,
        coalesce((p_task ->> 'allow_pull')::boolean, false),
        coalesce(nullif(p_task -> 'base_images', 'null'), '[]'), coalesce(p_task ->> 'verify', 'read-back')
    FROM vm v WHERE v.id = v_vm_id
    ON CONFLICT (id) DO NOTHING
    RETURNING * INTO v_migration;
    IF NOT FOUND THEN
        RETURN refusal('rejected', 'id', format('%s is another migration', p_task ->> 'id'));
    END IF;
    IF p_caller = 'scheduler' THEN
        PERFORM post_migrate(v_migration);
    END IF;
    PERFORM announce(v_migration, NULL, p_caller, p_requested_by, v_migration.task_reason);
    RETURN (true, true, NULL, NULL, NULL)::drover_api.submission;
END
$$;
