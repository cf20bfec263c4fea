-- Roll-ups hold sums of what hosts report: a number beyond any bound must not end them, nor what is made of them.
CREATE OR REPLACE FUNCTION drover.roll_up_hosts(p_since timestamptz, p_until timestamptz) RETURNS void
    LANGUAGE sql
    SET search_path = pg_catalog, drover, pg_temp
AS $$
    INSERT INTO telemetry_host
    SELECT
        r.host, date_bin('5 minutes', r.at, 'epoch'), count(*),
        coalesce(avg(number(l.load -> 'cpu_cores')), 0), coalesce(max(number(l.load -> 'cpu_cores')), 0),
        coalesce(avg(number(l.load -> 'memory_bytes')), 0), coalesce(max(number(l.load -> 'memory_bytes')), 0),
        coalesce(avg(number(l.load -> 'disk_read_bytes_per_second')), 0),
        coalesce(avg(number(l.load -> 'disk_write_bytes_per_second')), 0),
        coalesce(min(number(l.load -> 'images_free_bytes')), 0)
    FROM telemetry_raw r CROSS JOIN LATERAL (SELECT r.report -> 'load' AS load) AS l
    WHERE r.at >= p_since AND r.at < p_until
    GROUP BY 1, 2
    ON CONFLICT (host, slot) DO UPDATE
    SET samples = excluded.samples,
        cpu_cores_mean = excluded.cpu_cores_mean,
        cpu_cores_max = excluded.cpu_cores_max,
        memory_bytes_mean = excluded.memory_bytes_mean,
        memory_bytes_max = excluded.memory_bytes_max,
        disk_read_bytes_per_second = excluded.disk_read_bytes_per_second,
        disk_write_bytes_per_second = excluded.disk_write_bytes_per_second,
        images_free_bytes_min = excluded.images_free_bytes_min
$$;

CREATE OR REPLACE FUNCTION drover.roll_up_vms(p_since timestamptz, p_until timestamptz) RETURNS void
    LANGUAGE sql
    SET search_path = pg_catalog, drover, pg_temp
AS $$
    INSERT INTO telemetry_vm
    SELECT
        (u.usage ->> 'vm')::uuid, date_bin('5 minutes', r.at, 'epoch'), r.host, count(*),
        coalesce(avg(number(u.usage -> 'cpu_cores')), 0), coalesce(max(number(u.usage -> 'cpu_cores')), 0),
        coalesce(avg(number(u.usage -> 'memory_bytes')), 0),
        coalesce(avg(number(u.usage -> 'disk_read_bytes_per_second')), 0),
        coalesce(avg(number(u.usage -> 'disk_write_bytes_per_second')), 0),
        coalesce(avg(number(u.usage -> 'swap_read_bytes_per_second')), 0),
        coalesce(avg(number(u.usage -> 'swap_write_bytes_per_second')), 0),
        coalesce(max(number(u.usage -> 'disk_allocated_bytes')), 0),
        coalesce(max(number(u.usage -> 'swap_allocated_bytes')), 0)
    FROM telemetry_raw r, jsonb_array_elements(r.report -> 'vms') AS u (usage)
    WHERE r.at >= p_since AND r.at < p_until
    GROUP BY 1, 2, 3
    ON CONFLICT (vm, slot, host) DO UPDATE
    SET samples = excluded.samples,
        cpu_cores_mean = excluded.cpu_cores_mean,
        cpu_cores_max = excluded.cpu_cores_max,
        memory_bytes_mean = excluded.memory_bytes_mean,
        disk_read_bytes_per_second = excluded.disk_read_bytes_per_second,
        disk_write_bytes_per_second = excluded.disk_write_bytes_per_second,
        swap_read_bytes_per_second = excluded.swap_read_bytes_per_second,
        swap_write_bytes_per_second = excluded.swap_write_bytes_per_second,
        disk_allocated_bytes_max = excluded.disk_allocated_bytes_max,
        swap_allocated_bytes_max = excluded.swap_allocated_bytes_max
$$;

-- What was rolled up of such numbers before.
DELETE FROM drover.telemetry_host t
WHERE greatest(t.cpu_cores_mean, t.cpu_cores_max, t.memory_bytes_mean, t.disk_read_bytes_per_second,
    t.disk_write_bytes_per_second) > 1e18;
DELETE FROM drover.telemetry_vm t
WHERE greatest(t.cpu_cores_mean, t.cpu_cores_max, t.memory_bytes_mean, t.disk_read_bytes_per_second,
    t.disk_write_bytes_per_second, t.swap_read_bytes_per_second, t.swap_write_bytes_per_second) > 1e18;

-- Steps, progress and transitions go with their migration, and a migration goes only when it has ended: that is the one way
-- in which the log of transitions loses a row.
ALTER TABLE drover.migration_step DROP CONSTRAINT migration_step_migration_fkey,
    ADD FOREIGN KEY (migration) REFERENCES drover.migration (id) ON DELETE CASCADE;
ALTER TABLE drover.migration_progress DROP CONSTRAINT migration_progress_migration_fkey,
    ADD FOREIGN KEY (migration) REFERENCES drover.migration (id) ON DELETE CASCADE;
ALTER TABLE drover.migration_transition DROP CONSTRAINT migration_transition_migration_fkey,
    ADD FOREIGN KEY (migration) REFERENCES drover.migration (id) ON DELETE CASCADE;
GRANT DELETE ON drover.migration_transition TO drover_owner;

CREATE OR REPLACE FUNCTION drover.refuse_change() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path = pg_catalog, drover, pg_temp
AS $$
BEGIN
    -- Deeper than this trigger alone: the deletion of a migration cascades.
    IF TG_OP = 'DELETE' AND pg_trigger_depth() > 1 THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END
$$;

CREATE FUNCTION drover.keep_open_migration() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path = pg_catalog, drover, pg_temp
AS $$
BEGIN
    IF OLD.ended_at IS NULL THEN
        RAISE EXCEPTION 'migration % has not ended', OLD.id USING ERRCODE = 'check_violation';
    END IF;
    RETURN OLD;
END
$$;
CREATE TRIGGER migration_kept_while_open
    BEFORE DELETE ON drover.migration
    FOR EACH ROW EXECUTE FUNCTION drover.keep_open_migration();

DROP FUNCTION drover_api.retain(timestamptz);

-- The parts of the scheduler's housekeeping, in their order.
CREATE FUNCTION drover_api.retention_parts() RETURNS SETOF text
    LANGUAGE sql IMMUTABLE SECURITY DEFINER
    SET search_path = pg_catalog, drover, pg_temp
AS $$
    VALUES ('roll-ups'), ('reports'), ('decisions'), ('messages'), ('migrations'), ('takeovers')
$$;

-- One part, to be committed before the next: what fails in one must not stop the others.
CREATE FUNCTION drover_api.retain(p_part text, p_now timestamptz) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, drover, pg_temp
AS $$
DECLARE
    v_slot timestamptz := date_bin('5 minutes', p_now, 'epoch');
    -- Reports may come late; the last quarter of an hour is made anew each time.
    v_since timestamptz := coalesce((SELECT max(t.slot) FROM telemetry_host t), '-infinity') - interval '15 minutes';
BEGIN
    CASE p_part
    WHEN 'roll-ups' THEN
        PERFORM take_lock('reports');
        PERFORM roll_up_hosts(v_since, v_slot), roll_up_vms(v_since, v_slot);
    WHEN 'reports' THEN
        PERFORM take_lock('reports');
        PERFORM drop_old_partitions(p_now - interval '2 hours');
        PERFORM ensure_partition(p_now + make_interval(hours => n)) FROM generate_series(0, 2) AS s (n);
        DELETE FROM telemetry_host t WHERE t.slot < p_now - interval '30 days';
        DELETE FROM telemetry_vm t WHERE t.slot < p_now - interval '30 days';
    WHEN 'decisions' THEN
        PERFORM retain_decisions(p_now);
    WHEN 'messages' THEN
        DELETE FROM outbox o WHERE o.sent_at < p_now - interval '1 day';
        -- Casts only wake, and what is queued is posted again: nobody waits for these any more.
        DELETE FROM outbox o WHERE o.sent_at IS NULL AND o.created_at < p_now - interval '90 days';
        DELETE FROM inbox i WHERE i.received_at < p_now - interval '30 days';
        DELETE FROM rejected_message r WHERE r.rejected_at < p_now - interval '30 days';
    WHEN 'migrations' THEN
        DELETE FROM migration m WHERE m.id IN (
            SELECT o.id FROM migration o WHERE o.ended_at < p_now - interval '365 days'
            ORDER BY o.ended_at LIMIT 5000 FOR UPDATE SKIP LOCKED);
    WHEN 'takeovers' THEN
        DELETE FROM host_takeover t WHERE t.at < p_now - interval '5 years';
    END CASE;
END
$$;

GRANT EXECUTE ON FUNCTION drover_api.retention_parts(), drover_api.retain(text, timestamptz) TO drover_scheduler;
