-- Rolls up the full slots of five minutes since p_since; a slot that is there is made anew. These are sums of what hosts report:
-- a number beyond any bound must not end them, nor what is made of them.
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
