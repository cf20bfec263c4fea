-- What a host writes has bounds: text, numbers, and how much of it.

CREATE OR REPLACE FUNCTION drover.change_state(p_id uuid, p_to text, p_via text, p_actor text, p_reason text) RETURNS boolean
    LANGUAGE plpgsql
    SET search_path = pg_catalog, drover, pg_temp
AS $$
DECLARE
    v_from text := (SELECT m.state FROM migration m WHERE m.id = p_id);
    v_migration migration;
    v_terminal boolean := (SELECT s.terminal FROM migration_state s WHERE s.state = p_to);
    v_reason text := printable(p_reason, 4000);
BEGIN
    IF NOT EXISTS (
        SELECT FROM allowed_transition t WHERE t.from_state = v_from AND t.to_state = p_to AND t.via = p_via
    ) THEN
        RETURN false;
    END IF;
    UPDATE migration m
    SET state = p_to,
        reason = coalesce(v_reason, m.reason),
        lease_until = CASE WHEN v_terminal THEN NULL ELSE m.lease_until END,
        ended_at = CASE WHEN v_terminal THEN clock_timestamp() END
    WHERE m.id = p_id
    RETURNING m.* INTO v_migration;
    PERFORM announce(v_migration, v_from, caller(), p_actor, v_reason);
    RETURN true;
END
$$;

-- A lease of more than an hour would only hide that nobody works.
CREATE FUNCTION drover.lease_end(p_lease interval) RETURNS timestamptz
    LANGUAGE sql VOLATILE
    SET search_path = pg_catalog, drover, pg_temp
AS $$
    SELECT clock_timestamp() + least(p_lease, interval '1 hour')
$$;

CREATE OR REPLACE FUNCTION drover_api.claim_migration(p_id uuid, p_lease interval) RETURNS SETOF drover.worker_migration
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, drover, pg_temp
AS $$
DECLARE
    v_host text := caller_host();
    v_migration migration := lock_migration(p_id);
BEGIN
    IF v_migration.source IS DISTINCT FROM v_host
        OR (SELECT s.terminal FROM migration_state s WHERE s.state = v_migration.state) THEN
        RETURN;
    END IF;
    UPDATE migration m SET attempt = m.attempt + 1, lease_until = lease_end(p_lease) WHERE m.id = p_id;
    IF v_migration.state = 'queued' THEN
        PERFORM change_state(p_id, 'preparing', 'claim', v_host, NULL);
    END IF;
    RETURN QUERY SELECT w.* FROM worker_migration w WHERE w.id = p_id;
END
$$;

CREATE OR REPLACE FUNCTION drover_api.renew_lease(p_id uuid, p_attempt integer, p_lease interval) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, drover, pg_temp
AS $$
BEGIN
    UPDATE migration m SET lease_until = lease_end(p_lease)
    WHERE m.id = p_id AND m.source = caller_host() AND m.attempt = p_attempt
    AND m.state NOT IN ('completed', 'rolled_back', 'cancelled', 'rejected');
    RETURN FOUND;
END
$$;

-- Numbers that are none become 0 or unknown: one row must not keep people from reading the list.
CREATE OR REPLACE FUNCTION drover_api.report_progress(p_progress jsonb, p_seconds_to_finish double precision) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, drover, pg_temp
AS $$
DECLARE
    c_ten_years double precision := 315576000;
BEGIN
    INSERT INTO migration_progress (
        migration, step, round, bytes_done, bytes_total, bytes_per_second, seconds_to_finish, reported_at,
        dirty_bytes_per_second, seconds_to_finish_most)
    SELECT
        m.id, coalesce(printable(p_progress ->> 'step', 63), ''),
        least(coalesce(number(p_progress -> 'round'), 0), 2147483647),
        coalesce(number(p_progress -> 'bytes_done'), 0), coalesce(number(p_progress -> 'bytes_total'), 0),
        coalesce(number(p_progress -> 'bytes_per_second'), 0),
        CASE WHEN p_seconds_to_finish BETWEEN 0 AND c_ten_years THEN p_seconds_to_finish END, clock_timestamp(),
        coalesce(number(p_progress -> 'dirty_bytes_per_second'), 0),
        least(extract(epoch FROM (p_progress ->> 'time_to_finish_most')::interval)::float8, c_ten_years)
    FROM migration m
    WHERE m.id = (p_progress ->> 'migration')::uuid AND caller_host() IN (m.source, m.destination)
    AND m.state NOT IN ('completed', 'rolled_back', 'cancelled', 'rejected')
    ON CONFLICT (migration) DO UPDATE
    SET step = excluded.step,
        round = excluded.round,
        bytes_done = excluded.bytes_done,
        bytes_total = excluded.bytes_total,
        bytes_per_second = excluded.bytes_per_second,
        seconds_to_finish = excluded.seconds_to_finish,
        reported_at = excluded.reported_at,
        dirty_bytes_per_second = excluded.dirty_bytes_per_second,
        seconds_to_finish_most = excluded.seconds_to_finish_most;
END
$$;

-- A journal has at most 64 steps of a host, each with a name that is one.
CREATE OR REPLACE FUNCTION drover_api.intend_step(p_id uuid, p_attempt integer, p_step text) RETURNS drover_api.outcome
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, drover, pg_temp
AS $$
DECLARE
    v_refusal text := refuse_journal(p_id, p_attempt);
BEGIN
    IF v_refusal IS NOT NULL THEN
        RETURN refused(v_refusal);
    ELSIF p_step !~ '^[a-z][a-z0-9-]{0,62}$' THEN
        RETURN refused(format('%s is not the name of a step', left(printable(p_step, 70), 70)));
    ELSIF (SELECT count(*) FROM migration_step s
        WHERE s.migration = p_id AND s.host = caller_host() AND s.step <> p_step) >= 64 THEN
        RETURN refused('a journal has at most 64 steps');
    END IF;
    INSERT INTO migration_step AS s (migration, host, step, attempt, intended_at)
    VALUES (p_id, caller_host(), p_step, p_attempt, clock_timestamp())
    ON CONFLICT (migration, host, step) DO UPDATE
    SET attempt = excluded.attempt,
        intended_at = excluded.intended_at,
        done_at = NULL,
        undone_at = NULL,
        evidence = NULL
    WHERE s.attempt <> excluded.attempt OR s.undone_at IS NOT NULL;
    RETURN done();
END
$$;

CREATE OR REPLACE FUNCTION drover_api.step_done(p_id uuid, p_attempt integer, p_step text, p_evidence json)
    RETURNS drover_api.outcome
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, drover, pg_temp
AS $$
DECLARE
    v_refusal text := refuse_journal(p_id, p_attempt);
BEGIN
    IF v_refusal IS NOT NULL THEN
        RETURN refused(v_refusal);
    ELSIF octet_length(p_evidence::text) > 262144 THEN
        RETURN refused('evidence is longer than 256 KiB');
    ELSIF json_typeof(p_evidence) <> 'object' OR p_evidence::text LIKE '%\\u0000%' THEN
        -- NUL is JSON's, but no text of PostgreSQL's: whoever reads that field would fail.
        RETURN refused('evidence is no JSON object without NUL');
    END IF;
    UPDATE migration_step s
    SET done_at = coalesce(s.done_at, clock_timestamp()),
        evidence = coalesce(s.evidence, p_evidence),
        attempt = p_attempt
    WHERE s.migration = p_id AND s.host = caller_host() AND s.step = p_step AND s.undone_at IS NULL;
    RETURN CASE WHEN FOUND THEN done() ELSE refused(format('step %s is not intended', left(p_step, 70))) END;
END
$$;

CREATE INDEX inbox_by_consumer ON drover.inbox (consumer, received_at);
CREATE INDEX rejected_message_by_consumer ON drover.rejected_message (consumer, id);

-- For workers and schedulers alike; false when the message was taken over before. Of a host the newest 2000 are kept: a
-- message that comes twice comes soon after.
CREATE OR REPLACE FUNCTION drover_api.record_inbox(p_message_id text, p_method text, p_body text) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, drover, pg_temp
AS $$
DECLARE
    v_consumer text := caller();
BEGIN
    IF length(p_message_id) > 1000 OR length(p_method) > 1000 THEN
        RAISE EXCEPTION 'a message''s id and method have at most 1000 characters'
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
    INSERT INTO inbox (consumer, message_id, method, body)
    VALUES (v_consumer, p_message_id, p_method, left(p_body, 65536))
    ON CONFLICT (consumer, message_id) DO NOTHING;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    IF v_consumer <> 'scheduler' THEN
        DELETE FROM inbox i
        WHERE i.consumer = v_consumer AND i.received_at < (
            SELECT n.received_at FROM inbox n WHERE n.consumer = v_consumer
            ORDER BY n.received_at DESC OFFSET 1999 LIMIT 1);
    END IF;
    RETURN true;
END
$$;

-- Of each consumer the newest 1000 are kept.
CREATE OR REPLACE FUNCTION drover_api.record_rejected(p_queue text, p_message_id text, p_reason text, p_body text)
    RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, drover, pg_temp
AS $$
DECLARE
    v_consumer text := caller();
BEGIN
    INSERT INTO rejected_message (consumer, queue, message_id, reason, body)
    VALUES (
        v_consumer, printable(p_queue, 300), printable(p_message_id, 300), printable(p_reason, 1000), left(p_body, 65536));
    DELETE FROM rejected_message r
    WHERE r.consumer = v_consumer AND r.id < (
        SELECT n.id FROM rejected_message n WHERE n.consumer = v_consumer ORDER BY n.id DESC OFFSET 999 LIMIT 1);
END
$$;

-- What algorithm auto foretold for each disk, and what came of it: a row for each disk that was handed over, by the source's
-- own word. Numbers that are none are null.
CREATE OR REPLACE VIEW drover_api.predictions AS
SELECT
    s.migration, s.done_at, d.key AS disk,
    d.value ->> 'chosen' AS algorithm,
    drover.number(d.value #> '{predicted,seconds}')::double precision AS predicted_seconds,
    drover.number(d.value #> '{outcome,seconds}')::double precision AS seconds,
    drover.number(d.value #> '{predicted,wire_bytes}')::bigint AS predicted_wire_bytes,
    drover.number(d.value #> '{outcome,wire_bytes}')::bigint AS wire_bytes,
    drover.number(d.value #> '{predicted,downtime_ms}')::bigint AS predicted_downtime_ms,
    drover.number(d.value #> '{outcome,downtime_ms}')::bigint AS downtime_ms
FROM drover.migration_step s
JOIN drover.migration m ON m.id = s.migration AND m.source = s.host
CROSS JOIN LATERAL jsonb_each(
    CASE WHEN json_typeof(s.evidence -> 'algorithms') = 'object' THEN (s.evidence -> 'algorithms')::jsonb END
) AS d (key, value)
WHERE s.step = 'send-rest' AND s.done_at IS NOT NULL AND d.value ->> 'chosen' IS NOT NULL;

CREATE OR REPLACE VIEW drover_api.migration_transitions AS
SELECT t.id, t.migration, t.from_state, t.to_state, t.at, t.attempt, t.actor, t.reason, t.login
FROM drover.migration_transition t;
