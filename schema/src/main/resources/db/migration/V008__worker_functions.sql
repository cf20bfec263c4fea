-- What a worker may do, logged in as its host's role. The host is an argument only where a worker introduces itself, to
-- find a login that does not fit the configuration.
CREATE TYPE drover_api.outcome AS (
    done    boolean,
    refusal text
);

CREATE FUNCTION drover.done() RETURNS drover_api.outcome
    LANGUAGE sql IMMUTABLE
    SET search_path = pg_catalog, drover, pg_temp
AS $$
    SELECT true, ''::text
$$;

CREATE FUNCTION drover.refused(p_why text) RETURNS drover_api.outcome
    LANGUAGE sql IMMUTABLE
    SET search_path = pg_catalog, drover, pg_temp
AS $$
    SELECT false, p_why
$$;

-- A migration as both of its workers read it, token included.
CREATE VIEW drover.worker_migration AS
SELECT
    m.id, m.vm, m.source, m.destination, m.algorithm, m.disk_algorithms, m.deadline, m.task_reason,
    v.definition, m.state, m.attempt, m.epoch, m.cancel_requested, m.token,
    s.peer_address AS source_address, d.peer_address AS destination_address,
    m.created_at, m.reason
FROM drover.migration m
JOIN drover.vm v ON v.id = m.vm
JOIN drover.host s ON s.host = m.source
JOIN drover.host d ON d.host = m.destination;

CREATE VIEW drover.worker_vm AS
SELECT v.id, v.owner_host, v.epoch, v.definition, v.power, v.wanted_power FROM drover.vm v;

CREATE FUNCTION drover.require_host(p_host text) RETURNS text
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, drover, pg_temp
AS $$
BEGIN
    IF caller_host() <> p_host THEN
        RAISE EXCEPTION 'role % speaks for host %, not for %', session_user, caller_host(), p_host
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN p_host;
END
$$;

CREATE FUNCTION drover_api.worker_ping(p_host text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, drover, pg_temp
AS $$
BEGIN
    INSERT INTO host_ping (host, pinged_at) VALUES (require_host(p_host), clock_timestamp())
    ON CONFLICT (host) DO UPDATE SET pinged_at = excluded.pinged_at;
END
$$;

-- p_facts: HostFacts in JSON.
CREATE FUNCTION drover_api.register_host(p_host text, p_facts jsonb) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, drover, pg_temp
AS $$
BEGIN
    INSERT INTO host (
        host, peer_address, hypervisor, cpu_cores, memory_bytes,
        images_bytes, images_free_bytes, link_bytes_per_second, last_seen)
    VALUES (
        require_host(p_host), p_facts ->> 'peer_address', p_facts ->> 'hypervisor', (p_facts ->> 'cpu_cores')::float8,
        (p_facts ->> 'memory_bytes')::bigint, (p_facts ->> 'images_bytes')::bigint,
        (p_facts ->> 'images_free_bytes')::bigint, (p_facts ->> 'link_bytes_per_second')::bigint, clock_timestamp())
    ON CONFLICT (host) DO UPDATE
    SET peer_address = excluded.peer_address,
        hypervisor = excluded.hypervisor,
        cpu_cores = excluded.cpu_cores,
        memory_bytes = excluded.memory_bytes,
        images_bytes = excluded.images_bytes,
        images_free_bytes = excluded.images_free_bytes,
        link_bytes_per_second = excluded.link_bytes_per_second,
        last_seen = excluded.last_seen;
END
$$;

-- For workers and schedulers alike; false when the message was taken over before.
CREATE FUNCTION drover_api.record_inbox(p_message_id text, p_method text, p_body text) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, drover, pg_temp
AS $$
BEGIN
    INSERT INTO inbox (consumer, message_id, method, body) VALUES (caller(), p_message_id, p_method, p_body)
    ON CONFLICT (consumer, message_id) DO NOTHING;
    RETURN FOUND;
END
$$;

CREATE FUNCTION drover_api.record_rejected(p_queue text, p_message_id text, p_reason text, p_body text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, drover, pg_temp
AS $$
BEGIN
    INSERT INTO rejected_message (consumer, queue, message_id, reason, body)
    VALUES (caller(), p_queue, p_message_id, p_reason, p_body);
END
$$;

CREATE FUNCTION drover_api.open_migrations() RETURNS SETOF drover.worker_migration
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, drover, pg_temp
AS $$
    SELECT w.* FROM worker_migration w
    WHERE caller_host() IN (w.source, w.destination)
    AND w.state NOT IN ('completed', 'rolled_back', 'cancelled', 'rejected')
    ORDER BY w.created_at, w.id
$$;

CREATE FUNCTION drover_api.migration_for_worker(p_id uuid) RETURNS SETOF drover.worker_migration
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, drover, pg_temp
AS $$
    SELECT w.* FROM worker_migration w WHERE w.id = p_id AND caller_host() IN (w.source, w.destination)
$$;

CREATE FUNCTION drover_api.owned_vms() RETURNS SETOF drover.worker_vm
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, drover, pg_temp
AS $$
    SELECT w.* FROM worker_vm w WHERE w.owner_host = caller_host() ORDER BY w.id
$$;

-- A machine that the host owns or was an end of a migration of.
CREATE FUNCTION drover_api.vm_for_worker(p_id uuid) RETURNS SETOF drover.worker_vm
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, drover, pg_temp
AS $$
    SELECT w.* FROM worker_vm w
    WHERE w.id = p_id
    AND (w.owner_host = caller_host()
        OR EXISTS (SELECT FROM migration m WHERE m.vm = p_id AND caller_host() IN (m.source, m.destination)))
$$;

CREATE FUNCTION drover_api.record_power(p_vm uuid, p_epoch bigint, p_power text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, drover, pg_temp
AS $$
BEGIN
    UPDATE vm v SET power = p_power WHERE v.id = p_vm AND v.owner_host = caller_host() AND v.epoch = p_epoch;
END
$$;

-- Claims as the source; no row when it is terminal or of another source.
CREATE FUNCTION drover_api.claim_migration(p_id uuid, p_lease interval) RETURNS SETOF drover.worker_migration
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
    UPDATE migration m SET attempt = m.attempt + 1, lease_until = clock_timestamp() + p_lease WHERE m.id = p_id;
    IF v_migration.state = 'queued' THEN
        PERFORM change_state(p_id, 'preparing', 'claim', v_host, NULL);
    END IF;
    RETURN QUERY SELECT w.* FROM worker_migration w WHERE w.id = p_id;
END
$$;

CREATE FUNCTION drover_api.renew_lease(p_id uuid, p_attempt integer, p_lease interval) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, drover, pg_temp
AS $$
BEGIN
    UPDATE migration m SET lease_until = clock_timestamp() + p_lease
    WHERE m.id = p_id AND m.source = caller_host() AND m.attempt = p_attempt
    AND m.state NOT IN ('completed', 'rolled_back', 'cancelled', 'rejected');
    RETURN FOUND;
END
$$;

-- Why the caller may not act as the source with this attempt, or null. The migration must be locked.
CREATE FUNCTION drover.refuse_source(p_migration drover.migration, p_attempt integer) RETURNS text
    LANGUAGE sql STABLE
    SET search_path = pg_catalog, drover, pg_temp
AS $$
    SELECT CASE
        WHEN (p_migration).source IS DISTINCT FROM caller_host() THEN 'no migration with this host as its source'
        WHEN (p_migration).attempt <> p_attempt
            THEN format('attempt %s is over; the current one is %s', p_attempt, (p_migration).attempt)
    END
$$;

CREATE FUNCTION drover_api.transition_migration(p_id uuid, p_attempt integer, p_to text, p_reason text)
    RETURNS drover_api.outcome
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, drover, pg_temp
AS $$
DECLARE
    v_migration migration := lock_migration(p_id);
    v_refusal text := refuse_source(v_migration, p_attempt);
BEGIN
    IF v_refusal IS NOT NULL THEN
        RETURN refused(v_refusal);
    END IF;
    IF v_migration.state = p_to OR change_state(p_id, p_to, 'source', v_migration.source, p_reason) THEN
        RETURN done();
    END IF;
    RETURN refused(format('the source may not turn %s into %s', v_migration.state, p_to));
END
$$;

-- Progress of an open migration, from either end; anything else is let pass without a word.
CREATE FUNCTION drover_api.report_progress(p_progress jsonb, p_seconds_to_finish double precision) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, drover, pg_temp
AS $$
BEGIN
    INSERT INTO migration_progress (
        migration, step, round, bytes_done, bytes_total, bytes_per_second, seconds_to_finish, reported_at)
    SELECT
        m.id, p_progress ->> 'step', (p_progress ->> 'round')::integer, (p_progress ->> 'bytes_done')::bigint,
        (p_progress ->> 'bytes_total')::bigint, (p_progress ->> 'bytes_per_second')::float8,
        p_seconds_to_finish, clock_timestamp()
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
        reported_at = excluded.reported_at;
END
$$;
