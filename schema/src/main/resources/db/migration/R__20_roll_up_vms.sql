-- As roll_up_hosts, for VMs.
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
