CREATE FUNCTION drover.partition_name(p_at timestamptz) RETURNS text
    LANGUAGE sql STABLE
    SET search_path = pg_catalog, drover, pg_temp
AS $$
    SELECT 'telemetry_raw_' || to_char(p_at AT TIME ZONE 'UTC', 'YYYYMMDDHH24')
$$;

-- Makes the partition of an hour if it is missing.
CREATE FUNCTION drover.ensure_partition(p_at timestamptz) RETURNS void
    LANGUAGE plpgsql
    SET search_path = pg_catalog, drover, pg_temp
AS $$
DECLARE
    v_name text := partition_name(p_at);
    v_hour timestamptz := date_trunc('hour', p_at, 'UTC');
BEGIN
    IF to_regclass('drover.' || v_name) IS NOT NULL THEN
        RETURN;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('drover telemetry partitions'));
    EXECUTE format(
        'CREATE TABLE IF NOT EXISTS drover.%I PARTITION OF drover.telemetry_raw FOR VALUES FROM (%L) TO (%L)',
        v_name, v_hour, v_hour + interval '1 hour');
END
$$;

-- Stores a HostReport in JSON; again: no effect. False: its time is more than two hours old or more than one ahead of
-- the database's clock, and nothing was stored.
CREATE FUNCTION drover_api.store_report(p_report jsonb) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, drover, pg_temp
AS $$
DECLARE
    v_host text := p_report ->> 'host';
    v_at timestamptz := (p_report ->> 'at')::timestamptz;
BEGIN
    IF v_at NOT BETWEEN clock_timestamp() - interval '2 hours' AND clock_timestamp() + interval '1 hour' THEN
        RETURN false;
    END IF;
    PERFORM ensure_partition(v_at);
    INSERT INTO telemetry_raw (host, at, report) VALUES (v_host, v_at, p_report) ON CONFLICT (host, at) DO NOTHING;
    INSERT INTO telemetry_latest AS l (host, at, report) VALUES (v_host, v_at, p_report)
    ON CONFLICT (host) DO UPDATE SET at = excluded.at, report = excluded.report WHERE l.at < excluded.at;
    RETURN true;
END
$$;

CREATE VIEW drover_api.reports AS
SELECT t.host, t.at, t.report FROM drover.telemetry_raw t;

CREATE VIEW drover_api.telemetry_hosts AS
SELECT
    t.host, t.slot, t.samples, t.cpu_cores_mean, t.cpu_cores_max, t.memory_bytes_mean, t.memory_bytes_max,
    t.disk_read_bytes_per_second, t.disk_write_bytes_per_second, t.images_free_bytes_min
FROM drover.telemetry_host t;

CREATE VIEW drover_api.telemetry_vms AS
SELECT
    t.vm, t.slot, t.host, t.samples, t.cpu_cores_mean, t.cpu_cores_max, t.memory_bytes_mean,
    t.disk_read_bytes_per_second, t.disk_write_bytes_per_second, t.swap_read_bytes_per_second,
    t.swap_write_bytes_per_second, t.disk_allocated_bytes_max, t.swap_allocated_bytes_max
FROM drover.telemetry_vm t;

-- Rolls up the full slots of five minutes since p_since; a slot that is there is made anew.
CREATE FUNCTION drover.roll_up_hosts(p_since timestamptz, p_until timestamptz) RETURNS void
    LANGUAGE sql
    SET search_path = pg_catalog, drover, pg_temp
AS $$
    INSERT INTO telemetry_host
    SELECT
        r.host, date_bin('5 minutes', r.at, 'epoch'), count(*),
        avg((r.report #>> '{load,cpu_cores}')::float8), max((r.report #>> '{load,cpu_cores}')::float8),
        avg((r.report #>> '{load,memory_bytes}')::float8), max((r.report #>> '{load,memory_bytes}')::bigint),
        avg((r.report #>> '{load,disk_read_bytes_per_second}')::float8),
        avg((r.report #>> '{load,disk_write_bytes_per_second}')::float8),
        min((r.report #>> '{load,images_free_bytes}')::bigint)
    FROM telemetry_raw r
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

CREATE FUNCTION drover.roll_up_vms(p_since timestamptz, p_until timestamptz) RETURNS void
    LANGUAGE sql
    SET search_path = pg_catalog, drover, pg_temp
AS $$
    INSERT INTO telemetry_vm
    SELECT
        (u.usage ->> 'vm')::uuid, date_bin('5 minutes', r.at, 'epoch'), r.host, count(*),
        avg((u.usage ->> 'cpu_cores')::float8), max((u.usage ->> 'cpu_cores')::float8),
        avg((u.usage ->> 'memory_bytes')::float8),
        avg((u.usage ->> 'disk_read_bytes_per_second')::float8),
        avg((u.usage ->> 'disk_write_bytes_per_second')::float8),
        avg((u.usage ->> 'swap_read_bytes_per_second')::float8),
        avg((u.usage ->> 'swap_write_bytes_per_second')::float8),
        max((u.usage ->> 'disk_allocated_bytes')::bigint),
        max((u.usage ->> 'swap_allocated_bytes')::bigint)
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

CREATE FUNCTION drover.drop_old_partitions(p_before timestamptz) RETURNS void
    LANGUAGE plpgsql
    SET search_path = pg_catalog, drover, pg_temp
AS $$
DECLARE
    v_name text;
BEGIN
    FOR v_name IN
        SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
        WHERE i.inhparent = 'drover.telemetry_raw'::regclass
        -- The name carries the hour it begins with, so names sort by time.
        AND c.relname COLLATE "C" < partition_name(p_before) COLLATE "C"
    LOOP
        EXECUTE format('DROP TABLE drover.%I', v_name);
    END LOOP;
END
$$;

-- The scheduler's housekeeping; one at a time, the second caller finds it done.
CREATE FUNCTION drover_api.retain(p_now timestamptz) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, drover, pg_temp
AS $$
DECLARE
    v_slot timestamptz := date_bin('5 minutes', p_now, 'epoch');
    -- Reports may come late; the last quarter of an hour is made anew each time.
    v_since timestamptz := coalesce((SELECT max(t.slot) FROM telemetry_host t), '-infinity') - interval '15 minutes';
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('drover telemetry partitions'));
    PERFORM roll_up_hosts(v_since, v_slot), roll_up_vms(v_since, v_slot);
    PERFORM drop_old_partitions(p_now - interval '2 hours');
    PERFORM ensure_partition(p_now + make_interval(hours => n)) FROM generate_series(0, 2) AS s (n);
    DELETE FROM telemetry_host t WHERE t.slot < p_now - interval '30 days';
    DELETE FROM telemetry_vm t WHERE t.slot < p_now - interval '30 days';
    DELETE FROM outbox o WHERE o.sent_at < p_now - interval '1 day';
    DELETE FROM inbox i WHERE i.received_at < p_now - interval '30 days';
    DELETE FROM rejected_message r WHERE r.rejected_at < p_now - interval '30 days';
END
$$;
