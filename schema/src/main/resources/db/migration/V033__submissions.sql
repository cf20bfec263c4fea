-- Who really asked, beside the name that was given; when a cancel was asked for.
ALTER TABLE drover.migration
    ADD COLUMN login name,
    ADD COLUMN cancel_requested_at timestamptz;
ALTER TABLE drover.migration ALTER COLUMN login SET DEFAULT session_user;
UPDATE drover.migration SET cancel_requested_at = clock_timestamp() WHERE cancel_requested AND ended_at IS NULL;
CREATE INDEX migration_by_login ON drover.migration (login, created_at) WHERE login <> 'drover_scheduler';
ALTER TABLE drover.migration_transition ADD COLUMN login name;
ALTER TABLE drover.migration_transition ALTER COLUMN login SET DEFAULT session_user;

-- Text of somebody's for people: no control characters, and not longer than this.
CREATE FUNCTION drover.printable(p_text text, p_most integer) RETURNS text
    LANGUAGE sql IMMUTABLE
    SET search_path = pg_catalog, drover, pg_temp
AS $$
    SELECT left(regexp_replace(p_text, '[[:cntrl:]\u0080-\u009F]+', ' ', 'g'), p_most)
$$;

-- A JSON number within 0 and 10^18, which sums and bigint hold; anything else is null.
CREATE FUNCTION drover.number(p_value jsonb) RETURNS numeric
    LANGUAGE sql IMMUTABLE
    SET search_path = pg_catalog, drover, pg_temp
AS $$
    SELECT CASE WHEN jsonb_typeof(p_value) = 'number'
        THEN least(greatest(p_value::numeric, 0), 1000000000000000000) END
$$;

-- Whether a migration still holds its place at a destination that does not own the machine yet: until ten minutes after its
-- deadline, after it was to be cancelled, or after a week. A source that never ends it keeps nobody out for longer; the
-- destination's worker itself looks at what it really has before it prepares anything.
CREATE FUNCTION drover.is_reserved(p_migration drover.migration) RETURNS boolean
    LANGUAGE sql STABLE
    SET search_path = pg_catalog, drover, pg_temp
AS $$
    SELECT clock_timestamp() < interval '10 minutes' + least(
        p_migration.deadline, p_migration.cancel_requested_at, p_migration.created_at + interval '7 days')
$$;

DROP FUNCTION drover.free_memory_bytes(text);
DROP FUNCTION drover.free_images_bytes(text);
DROP FUNCTION drover.allocated_bytes(uuid, text);

-- Memory that a host can still promise, in bytes; numeric, since no sum may overflow. A machine counts where it is owned and
-- runs or shall run; a migration under way counts at that end which does not own the machine: promised at the destination,
-- spare at the source.
CREATE FUNCTION drover.free_memory_bytes(p_host text) RETURNS numeric
    LANGUAGE sql STABLE
    SET search_path = pg_catalog, drover, pg_temp
AS $$
    SELECT h.memory_bytes::numeric
        - (SELECT coalesce(sum(v.memory_bytes), 0) FROM vm v
            WHERE v.owner_host = p_host AND 'running' IN (v.power, v.wanted_power))
        - (SELECT coalesce(sum(m.reserved_memory_bytes), 0) FROM migration m JOIN vm v ON v.id = m.vm
            WHERE p_host IN (m.source, m.destination)
            AND v.owner_host <> p_host
            AND m.state NOT IN ('completed', 'rolled_back', 'cancelled', 'rejected')
            AND (p_host = m.source OR is_reserved(m)))
    FROM host h
    WHERE h.host = p_host
$$;

-- Room for images that a host can still promise, in bytes: what its file system had left by the newest word of it,
-- less what is promised to migrations on their way. What of these has arrived is counted twice: on the safe side.
CREATE FUNCTION drover.free_images_bytes(p_host text) RETURNS numeric
    LANGUAGE sql STABLE
    SET search_path = pg_catalog, drover, pg_temp
AS $$
    SELECT CASE WHEN t.at > h.last_seen
            THEN coalesce(number(t.report #> '{load,images_free_bytes}'), 0)
            ELSE h.images_free_bytes END
        - (SELECT coalesce(sum(m.reserved_image_bytes), 0) FROM migration m JOIN vm v ON v.id = m.vm
            WHERE m.destination = p_host
            AND v.owner_host <> p_host
            AND m.state NOT IN ('completed', 'rolled_back', 'cancelled', 'rejected')
            AND is_reserved(m))
    FROM host h LEFT JOIN telemetry_latest t ON t.host = h.host
    WHERE h.host = p_host
$$;

-- Bytes a machine's disks take on its host by that host's newest report; 0 when it does not say.
CREATE FUNCTION drover.allocated_bytes(p_vm uuid, p_host text) RETURNS numeric
    LANGUAGE sql STABLE
    SET search_path = pg_catalog, drover, pg_temp
AS $$
    SELECT coalesce(sum(
        coalesce(number(u.usage -> 'disk_allocated_bytes'), 0) + coalesce(number(u.usage -> 'swap_allocated_bytes'), 0)), 0)
    FROM telemetry_latest t, jsonb_array_elements(t.report -> 'vms') AS u (usage)
    WHERE t.host = p_host AND u.usage ->> 'vm' = p_vm::text
$$;

-- Why a task's text is none that workers and schedulers could read, or null: one row that cannot be read would keep them from
-- reading all others.
CREATE FUNCTION drover.refuse_form(p_task jsonb) RETURNS drover_api.submission
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, drover, pg_temp
AS $$
DECLARE
    c_algorithm text := '^[a-z][a-z0-9-]{0,30}$';
    v_by_disk jsonb := coalesce(p_task -> 'disk_algorithms', '{}');
    v_bases jsonb := coalesce(nullif(p_task -> 'base_images', 'null'), '[]');
    v_deadline timestamptz := p_task ->> 'deadline';
BEGIN
    IF coalesce(p_task ->> 'algorithm', '') !~ c_algorithm THEN
        RETURN refusal('rejected', 'algorithm', 'is not the name of an algorithm');
    ELSIF jsonb_typeof(v_by_disk) <> 'object' OR EXISTS (
        SELECT FROM jsonb_each(v_by_disk) AS e
        WHERE jsonb_typeof(e.value) <> 'string' OR e.value #>> '{}' !~ c_algorithm
    ) THEN
        RETURN refusal('rejected', 'disk_algorithms', 'are not names of algorithms by disk');
    ELSIF jsonb_typeof(v_bases) <> 'array' OR jsonb_array_length(v_bases) > 16 OR EXISTS (
        SELECT FROM jsonb_array_elements(v_bases) AS e (name)
        WHERE jsonb_typeof(e.name) <> 'string' OR e.name #>> '{}' !~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$'
    ) THEN
        RETURN refusal('rejected', 'base_images', 'are not at most 16 plain file names');
    ELSIF coalesce(jsonb_typeof(p_task -> 'allow_pull'), 'null') NOT IN ('boolean', 'null') THEN
        RETURN refusal('rejected', 'allow_pull', 'is neither true nor false');
    ELSIF coalesce(p_task ->> 'verify', 'read-back') NOT IN ('read-back', 'full') THEN
        RETURN refusal('rejected', 'verify', 'is neither read-back nor full');
    ELSIF v_deadline NOT BETWEEN '1970-01-01 00:00Z' AND '9999-12-31 00:00Z' THEN
        RETURN refusal('rejected', 'deadline', 'is no instant of these years');
    ELSIF jsonb_typeof(p_task -> 'reason') IS DISTINCT FROM 'string' THEN
        RETURN refusal('rejected', 'reason', 'is no text');
    END IF;
    RETURN NULL;
END
$$;

-- Why a host may not ask for one more by itself, or null: what it begins and never ends must have an end somewhere.
CREATE FUNCTION drover.refuse_more(p_host text) RETURNS drover_api.submission
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, drover, pg_temp
AS $$
DECLARE
    v_open bigint;
    v_today bigint;
BEGIN
    SELECT count(*) FILTER (WHERE m.ended_at IS NULL), count(*) FILTER (WHERE m.created_at > clock_timestamp() - interval '1 day')
    INTO v_open, v_today
    FROM migration m WHERE m.login = session_user AND m.login <> 'drover_scheduler'
    AND (m.ended_at IS NULL OR m.created_at > clock_timestamp() - interval '1 day');
    IF v_open >= 32 OR v_today >= 1000 THEN
        RETURN refusal('retryable', 'source', format(
            'host %s asked for %s migrations that are open and for %s within a day: 32 and 1000 are the most',
            p_host, v_open, v_today));
    END IF;
    RETURN NULL;
END
$$;

-- Why a task cannot be taken, or null. The machine must be locked; locks the destination, last.
CREATE OR REPLACE FUNCTION drover.refuse_task(p_task jsonb, p_caller text) RETURNS drover_api.submission
    LANGUAGE plpgsql
    SET search_path = pg_catalog, drover, pg_temp
AS $$
DECLARE
    v_vm vm;
    v_open migration;
    v_source text := p_task ->> 'source';
    v_destination text := p_task ->> 'destination';
    v_disk text;
    v_needed numeric;
    v_free numeric;
    v_refusal drover_api.submission := refuse_form(p_task);
BEGIN
    IF v_refusal.accepted IS NOT NULL THEN
        RETURN v_refusal;
    END IF;
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
    v_disk := image_named_twice(v_vm.id);
    IF v_disk IS NOT NULL THEN
        RETURN refusal('rejected', 'vm', v_disk);
    END IF;
    SELECT m.* INTO v_open FROM migration m
    WHERE m.vm = v_vm.id AND m.state NOT IN ('completed', 'rolled_back', 'cancelled', 'rejected');
    IF FOUND THEN
        RETURN refusal('retryable', 'vm',
            format('machine %s is in migration %s (%s)', v_vm.name, v_open.id, v_open.state));
    END IF;
    IF NOT EXISTS (SELECT FROM host h WHERE h.host = v_destination) THEN
        RETURN refusal('rejected', 'destination', format('no host %s is known', v_destination));
    END IF;
    v_refusal := refuse_more(p_caller);
    IF v_refusal.accepted IS NOT NULL THEN
        RETURN v_refusal;
    END IF;
    -- One at a time for each destination: two submissions must not both take the last room. Of the host's role, which nothing
    -- else locks: its own row is what its worker writes every few seconds.
    PERFORM FROM host_role r WHERE r.host = v_destination FOR NO KEY UPDATE;
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

-- Inner half of submit_migration.
CREATE FUNCTION drover.submit(p_task jsonb, p_caller text, p_requested_by text, p_decision uuid)
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

-- Submits a MigrationTask (JSON as DroverJson writes it). A host may submit machines it owns, in no other name than its own;
-- the message is then its own wake-up and no cast is posted. Asked again with the same id and ends: accepted, not new.
-- Another transaction that keeps the machine or its destination locked makes it a refusal, not a wait.
CREATE OR REPLACE FUNCTION drover_api.submit_migration(p_task jsonb, p_requested_by text, p_decision uuid)
    RETURNS drover_api.submission
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, drover, pg_temp
    SET lock_timeout = '2s'
AS $$
DECLARE
    v_caller text := caller();
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'room is promised by what others have committed: read committed only'
            USING ERRCODE = 'invalid_transaction_state';
    END IF;
    RETURN submit(
        p_task, v_caller, CASE v_caller WHEN 'scheduler' THEN printable(p_requested_by, 200) ELSE v_caller END,
        CASE v_caller WHEN 'scheduler' THEN p_decision END);
EXCEPTION
    WHEN lock_not_available THEN
        RETURN refusal('retryable', 'vm', 'another transaction holds the machine or its destination: ask again');
END
$$;

-- requested, cancelled, too_late or unknown.
CREATE OR REPLACE FUNCTION drover_api.request_cancel(p_id uuid, p_requested_by text) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, drover, pg_temp
AS $$
DECLARE
    v_migration migration := lock_migration(p_id);
    v_by text := printable(p_requested_by, 200);
BEGIN
    IF v_migration.id IS NULL THEN
        RETURN 'unknown';
    END IF;
    IF v_migration.state = 'queued' THEN
        UPDATE migration m SET cancel_requested = true, cancel_requested_at = clock_timestamp() WHERE m.id = p_id;
        PERFORM change_state(p_id, 'cancelled', 'cancel', v_by, 'cancelled by ' || v_by);
        RETURN 'cancelled';
    ELSIF v_migration.state = 'cancelled' AND v_migration.attempt = 0 THEN
        RETURN 'cancelled';
    ELSIF v_migration.state NOT IN ('preparing', 'replicating', 'switching', 'rolling_back') THEN
        RETURN 'too_late';
    ELSIF NOT v_migration.cancel_requested THEN
        UPDATE migration m SET cancel_requested = true, cancel_requested_at = clock_timestamp() WHERE m.id = p_id;
        PERFORM post_cast(v_migration.source, 'cancel', jsonb_build_object('migration', p_id), NULL);
    END IF;
    RETURN 'requested';
END
$$;

CREATE OR REPLACE VIEW drover_api.hosts AS
SELECT
    h.host, h.peer_address, h.hypervisor, h.cpu_cores, h.memory_bytes, h.images_bytes,
    CASE WHEN t.at > h.last_seen THEN coalesce(drover.number(t.report #> '{load,images_free_bytes}'), 0)::bigint
        ELSE h.images_free_bytes END AS images_free_bytes,
    h.link_bytes_per_second, h.last_seen,
    least(coalesce(r.memory_bytes, 0), 9223372036854775807)::bigint AS reserved_memory_bytes,
    least(coalesce(r.image_bytes, 0), 9223372036854775807)::bigint AS reserved_image_bytes
FROM drover.host h
LEFT JOIN drover.telemetry_latest t ON t.host = h.host
LEFT JOIN LATERAL (
    SELECT sum(m.reserved_memory_bytes) AS memory_bytes, sum(m.reserved_image_bytes) AS image_bytes
    FROM drover.migration m JOIN drover.vm v ON v.id = m.vm
    WHERE m.destination = h.host AND v.owner_host <> h.host
    AND m.state NOT IN ('completed', 'rolled_back', 'cancelled', 'rejected')
    AND drover.is_reserved(m)
) r ON true;

-- A view asks for the rights of whoever reads it on the functions it calls.
GRANT EXECUTE ON FUNCTION drover.number(jsonb), drover.is_reserved(drover.migration) TO drover_scheduler;
