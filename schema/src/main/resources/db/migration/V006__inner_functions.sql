-- Functions for the functions of drover_api: nobody else may call them.

-- The host the session speaks for; raises for anybody else.
CREATE FUNCTION drover.caller_host() RETURNS text
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, drover, pg_temp
AS $$
DECLARE
    v_host text;
BEGIN
    SELECT r.host INTO v_host FROM host_role r WHERE r.role_name = session_user;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'role % speaks for no host', session_user USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN v_host;
END
$$;

-- 'scheduler' or the host the session speaks for; raises for anybody else.
CREATE FUNCTION drover.caller() RETURNS text
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, drover, pg_temp
AS $$
BEGIN
    IF session_user = 'drover_scheduler' THEN
        RETURN 'scheduler';
    END IF;
    RETURN caller_host();
END
$$;

-- ISO 8601 in UTC with microseconds, as every message has it.
CREATE FUNCTION drover.iso(p_at timestamptz) RETURNS text
    LANGUAGE sql STABLE
    SET search_path = pg_catalog, drover, pg_temp
AS $$
    SELECT to_char(p_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
$$;

-- Puts a message into the outbox in the envelope of oslo.messaging 2.0.
CREATE FUNCTION drover.post(p_routing_key text, p_inner jsonb, p_migration uuid) RETURNS void
    LANGUAGE plpgsql
    SET search_path = pg_catalog, drover, pg_temp
AS $$
DECLARE
    v_message_id text := replace(gen_random_uuid()::text, '-', '');
BEGIN
    INSERT INTO outbox (exchange, routing_key, message_id, body, migration)
    VALUES (
        'drover',
        p_routing_key,
        v_message_id,
        jsonb_build_object(
            'oslo.version', '2.0',
            'oslo.message', (p_inner || jsonb_build_object('_unique_id', v_message_id))::text)::text,
        p_migration);
END
$$;

-- An RPC cast to the worker of a host.
CREATE FUNCTION drover.post_cast(p_host text, p_method text, p_args jsonb, p_migration uuid) RETURNS void
    LANGUAGE plpgsql
    SET search_path = pg_catalog, drover, pg_temp
AS $$
BEGIN
    PERFORM post(
        'drover_worker.' || p_host,
        jsonb_build_object('method', p_method, 'version', '1.0', 'args', p_args),
        p_migration);
END
$$;

-- The cast that sets the source's worker going.
CREATE FUNCTION drover.post_migrate(p_migration drover.migration) RETURNS void
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
            'reason', p_migration.task_reason)),
        p_migration.id);
END
$$;

-- Writes a transition down and lets it out as a notification. p_publisher: 'scheduler' or a host.
CREATE FUNCTION drover.announce(
    p_migration drover.migration, p_from text, p_publisher text, p_actor text, p_reason text
) RETURNS void
    LANGUAGE plpgsql
    SET search_path = pg_catalog, drover, pg_temp
AS $$
DECLARE
    v_at timestamptz := clock_timestamp();
    v_is_error boolean := p_migration.state IN ('rejected', 'rolled_back', 'stranded');
BEGIN
    INSERT INTO migration_transition (migration, from_state, to_state, at, attempt, actor, reason)
    VALUES (p_migration.id, p_from, p_migration.state, v_at, p_migration.attempt, p_actor, p_reason);
    PERFORM post(
        CASE WHEN v_is_error THEN 'notifications.error' ELSE 'notifications.info' END,
        jsonb_build_object(
            'message_id', gen_random_uuid(),
            'publisher_id', 'drover.' || p_publisher,
            'event_type', 'migration.' || p_migration.state,
            'priority', CASE WHEN v_is_error THEN 'ERROR' ELSE 'INFO' END,
            'timestamp', to_char(v_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US'),
            'payload', jsonb_strip_nulls(jsonb_build_object(
                'migration_id', p_migration.id,
                'vm_id', p_migration.vm,
                'vm_name', (SELECT v.name FROM vm v WHERE v.id = p_migration.vm),
                'source', p_migration.source,
                'destination', p_migration.destination,
                'state', p_migration.state,
                'previous_state', p_from,
                'attempt', p_migration.attempt,
                -- As long as the published schema lets a reason be; the row has all of it.
                'reason', left(p_reason, 1000),
                'at', iso(v_at)))),
        NULL);
END
$$;

-- Locks a migration and its machine, in the order vm, migration, host that everything here keeps, and returns the
-- migration; a row of nulls when there is none. A worker can lock only where its host is an end.
CREATE FUNCTION drover.lock_migration(p_id uuid) RETURNS drover.migration
    LANGUAGE plpgsql
    SET search_path = pg_catalog, drover, pg_temp
AS $$
DECLARE
    v_migration migration;
BEGIN
    -- FOR NO KEY UPDATE: foreign keys to a locked row must not wait, or two submissions could wait for each other.
    PERFORM FROM vm v
    WHERE v.id = (
        SELECT m.vm FROM migration m WHERE m.id = p_id AND caller() IN ('scheduler', m.source, m.destination))
    FOR NO KEY UPDATE;
    IF FOUND THEN
        SELECT m.* INTO v_migration FROM migration m WHERE m.id = p_id FOR NO KEY UPDATE;
    END IF;
    RETURN v_migration;
END
$$;

-- The one place that changes a state. The migration must be locked. False: not allowed.
CREATE FUNCTION drover.change_state(p_id uuid, p_to text, p_via text, p_actor text, p_reason text) RETURNS boolean
    LANGUAGE plpgsql
    SET search_path = pg_catalog, drover, pg_temp
AS $$
DECLARE
    v_from text := (SELECT m.state FROM migration m WHERE m.id = p_id);
    v_migration migration;
    v_terminal boolean := (SELECT s.terminal FROM migration_state s WHERE s.state = p_to);
BEGIN
    IF NOT EXISTS (
        SELECT FROM allowed_transition t WHERE t.from_state = v_from AND t.to_state = p_to AND t.via = p_via
    ) THEN
        RETURN false;
    END IF;
    UPDATE migration m
    SET state = p_to,
        reason = coalesce(p_reason, m.reason),
        lease_until = CASE WHEN v_terminal THEN NULL ELSE m.lease_until END,
        ended_at = CASE WHEN v_terminal THEN clock_timestamp() END
    WHERE m.id = p_id
    RETURNING m.* INTO v_migration;
    PERFORM announce(v_migration, v_from, caller(), p_actor, p_reason);
    RETURN true;
END
$$;

-- Memory that a host can still promise, in bytes. A machine counts where it is owned and runs or shall run; a migration
-- under way counts at that end which does not own the machine: promised at the destination, spare at the source.
CREATE FUNCTION drover.free_memory_bytes(p_host text) RETURNS bigint
    LANGUAGE sql STABLE
    SET search_path = pg_catalog, drover, pg_temp
AS $$
    SELECT (
        h.memory_bytes
        - (SELECT coalesce(sum(v.memory_bytes), 0) FROM vm v
            WHERE v.owner_host = p_host AND 'running' IN (v.power, v.wanted_power))
        - (SELECT coalesce(sum(m.reserved_memory_bytes), 0) FROM migration m JOIN vm v ON v.id = m.vm
            WHERE p_host IN (m.source, m.destination)
            AND v.owner_host <> p_host
            AND m.state NOT IN ('completed', 'rolled_back', 'cancelled', 'rejected'))
    )::bigint
    FROM host h
    WHERE h.host = p_host
$$;

-- Room for images that a host can still promise, in bytes: what its file system had left by the newest word of it,
-- less what is promised to migrations on their way. What of these has arrived is counted twice: on the safe side.
CREATE FUNCTION drover.free_images_bytes(p_host text) RETURNS bigint
    LANGUAGE sql STABLE
    SET search_path = pg_catalog, drover, pg_temp
AS $$
    SELECT (
        CASE WHEN t.at > h.last_seen
            THEN (t.report -> 'load' ->> 'images_free_bytes')::bigint
            ELSE h.images_free_bytes END
        - (SELECT coalesce(sum(m.reserved_image_bytes), 0) FROM migration m JOIN vm v ON v.id = m.vm
            WHERE m.destination = p_host
            AND v.owner_host <> p_host
            AND m.state NOT IN ('completed', 'rolled_back', 'cancelled', 'rejected'))
    )::bigint
    FROM host h LEFT JOIN telemetry_latest t ON t.host = h.host
    WHERE h.host = p_host
$$;

-- Bytes a machine's disks take on its host by that host's newest report; 0 when it does not say.
CREATE FUNCTION drover.allocated_bytes(p_vm uuid, p_host text) RETURNS bigint
    LANGUAGE sql STABLE
    SET search_path = pg_catalog, drover, pg_temp
AS $$
    SELECT coalesce(sum(
        (u.usage ->> 'disk_allocated_bytes')::bigint + (u.usage ->> 'swap_allocated_bytes')::bigint), 0)::bigint
    FROM telemetry_latest t, jsonb_array_elements(t.report -> 'vms') AS u (usage)
    WHERE t.host = p_host AND u.usage ->> 'vm' = p_vm::text
$$;
