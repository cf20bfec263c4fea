-- What a scheduler may do beside submit_migration, request_cancel, record_inbox and record_rejected.
CREATE FUNCTION drover_api.scheduler_ping() RETURNS boolean
    LANGUAGE sql SECURITY DEFINER
    SET search_path = pg_catalog, drover, pg_temp
AS $$
    -- A standby answers too, but cannot work.
    SELECT NOT pg_is_in_recovery()
$$;

CREATE TYPE drover_api.definition_answer AS (
    accepted boolean,
    field    text,
    message  text
);

-- Defines a machine (VmDefinition in JSON), stopped, on a host.
CREATE FUNCTION drover_api.define_vm(p_definition jsonb, p_owner text) RETURNS drover_api.definition_answer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, drover, pg_temp
AS $$
DECLARE
    v_id uuid := (p_definition ->> 'id')::uuid;
    v_name text := p_definition ->> 'name';
    v_image text;
BEGIN
    IF NOT EXISTS (SELECT FROM host h WHERE h.host = p_owner) THEN
        RETURN (false, 'owner', format('no host %s is known', p_owner))::drover_api.definition_answer;
    END IF;
    -- One at a time: names and images are compared with those of every machine.
    PERFORM pg_advisory_xact_lock(hashtext('drover define_vm'));
    IF EXISTS (SELECT FROM vm v WHERE v.id = v_id) THEN
        RETURN (false, 'id', format('a machine %s is there already', v_id))::drover_api.definition_answer;
    ELSIF EXISTS (SELECT FROM vm v WHERE v.name = v_name) THEN
        RETURN (false, 'name', format('a machine %s is there already', v_name))::drover_api.definition_answer;
    END IF;
    SELECT d.image INTO v_image FROM disk d
    WHERE d.image IN (SELECT n.disk ->> 'image' FROM jsonb_array_elements(p_definition -> 'disks') AS n (disk)) LIMIT 1;
    IF FOUND THEN
        RETURN (false, 'disks', format('image %s belongs to another machine', v_image))::drover_api.definition_answer;
    END IF;
    INSERT INTO vm (id, name, owner_host, definition, memory_bytes)
    VALUES (v_id, v_name, p_owner, p_definition, (p_definition ->> 'memory_bytes')::bigint);
    INSERT INTO disk (vm, disk, role, image)
    SELECT v_id, n.disk ->> 'id', lower(n.disk ->> 'role'), n.disk ->> 'image'
    FROM jsonb_array_elements(p_definition -> 'disks') AS n (disk);
    RETURN (true, NULL, NULL)::drover_api.definition_answer;
END
$$;

-- False when no such machine is known.
CREATE FUNCTION drover_api.want_power(p_vm uuid, p_power text) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, drover, pg_temp
AS $$
DECLARE
    v_owner text;
BEGIN
    UPDATE vm v SET wanted_power = p_power WHERE v.id = p_vm RETURNING v.owner_host INTO v_owner;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    PERFORM post_cast(
        v_owner,
        CASE p_power WHEN 'running' THEN 'start_vm' ELSE 'stop_vm' END,
        jsonb_build_object('vm', p_vm),
        NULL);
    RETURN true;
END
$$;

-- At most p_limit unsent messages, locked until the caller's transaction ends. What failed before stands behind what is
-- fresh: a message that nobody takes must not hold up the others.
CREATE FUNCTION drover_api.take_outbox(p_limit integer)
    RETURNS TABLE (id bigint, exchange text, routing_key text, message_id text, body text, tries integer)
    LANGUAGE sql SECURITY DEFINER
    SET search_path = pg_catalog, drover, pg_temp
AS $$
    SELECT o.id, o.exchange, o.routing_key, o.message_id, o.body, o.tries
    FROM outbox o
    WHERE o.sent_at IS NULL
    ORDER BY o.tries, o.id
    LIMIT p_limit
    FOR UPDATE SKIP LOCKED
$$;

CREATE FUNCTION drover_api.mark_outbox(p_id bigint, p_is_sent boolean) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path = pg_catalog, drover, pg_temp
AS $$
    UPDATE outbox
    SET tries = tries + 1, sent_at = CASE WHEN p_is_sent THEN clock_timestamp() END
    WHERE id = p_id AND sent_at IS NULL
$$;

-- Posts the cast of migrations that were not claimed for p_age after the last one, unless one is still unsent.
CREATE FUNCTION drover_api.repost_queued(p_age interval) RETURNS SETOF uuid
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, drover, pg_temp
AS $$
DECLARE
    v_migration migration;
BEGIN
    FOR v_migration IN
        SELECT m.* FROM migration m
        WHERE m.state = 'queued' AND m.posted_at <= clock_timestamp() - p_age
        AND NOT EXISTS (SELECT FROM outbox o WHERE o.migration = m.id AND o.sent_at IS NULL)
        ORDER BY m.created_at
        FOR NO KEY UPDATE SKIP LOCKED
    LOOP
        UPDATE migration m SET posted_at = clock_timestamp() WHERE m.id = v_migration.id;
        PERFORM post_migrate(v_migration);
        RETURN NEXT v_migration.id;
    END LOOP;
END
$$;

-- refused: a JSON array, kept as it is written.
CREATE FUNCTION drover_api.store_decision(
    p_id uuid, p_at timestamptz, p_strategy text, p_sentence text, p_inputs text, p_refused json, p_moves uuid[]
) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path = pg_catalog, drover, pg_temp
AS $$
    INSERT INTO decision (id, at, strategy, sentence, inputs, refused, moves)
    VALUES (p_id, p_at, p_strategy, p_sentence, p_inputs, p_refused, p_moves)
    ON CONFLICT (id) DO NOTHING
$$;

CREATE VIEW drover_api.hosts AS
SELECT
    h.host, h.peer_address, h.hypervisor, h.cpu_cores, h.memory_bytes, h.images_bytes,
    CASE WHEN t.at > h.last_seen THEN (t.report -> 'load' ->> 'images_free_bytes')::bigint
        ELSE h.images_free_bytes END AS images_free_bytes,
    h.link_bytes_per_second, h.last_seen,
    coalesce(r.memory_bytes, 0)::bigint AS reserved_memory_bytes,
    coalesce(r.image_bytes, 0)::bigint AS reserved_image_bytes
FROM drover.host h
LEFT JOIN drover.telemetry_latest t ON t.host = h.host
LEFT JOIN LATERAL (
    SELECT sum(m.reserved_memory_bytes) AS memory_bytes, sum(m.reserved_image_bytes) AS image_bytes
    FROM drover.migration m JOIN drover.vm v ON v.id = m.vm
    WHERE m.destination = h.host AND v.owner_host <> h.host
    AND m.state NOT IN ('completed', 'rolled_back', 'cancelled', 'rejected')
) r ON true;

CREATE VIEW drover_api.vms AS
SELECT v.id, v.name, v.owner_host, v.epoch, v.definition, v.power, v.wanted_power, v.defined_at FROM drover.vm v;

-- Without the token: it is the two workers' secret.
CREATE VIEW drover_api.migrations AS
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
    coalesce(m.lease_until < clock_timestamp(), false) AS lease_expired
FROM drover.migration m
JOIN drover.migration_state s ON s.state = m.state
JOIN drover.vm v ON v.id = m.vm
LEFT JOIN drover.migration_progress p ON p.migration = m.id;

CREATE VIEW drover_api.migration_transitions AS
SELECT t.id, t.migration, t.from_state, t.to_state, t.at, t.attempt, t.actor, t.reason FROM drover.migration_transition t;

CREATE VIEW drover_api.migration_steps AS
SELECT s.id, s.migration, s.host, s.step, s.attempt, s.intended_at, s.done_at, s.undone_at, s.evidence
FROM drover.migration_step s;

CREATE VIEW drover_api.decisions AS
SELECT d.id, d.at, d.strategy, d.sentence, d.inputs, d.refused, d.moves FROM drover.decision d;

CREATE VIEW drover_api.rejected_messages AS
SELECT r.id, r.consumer, r.queue, r.message_id, r.reason, r.body, r.rejected_at FROM drover.rejected_message r;
