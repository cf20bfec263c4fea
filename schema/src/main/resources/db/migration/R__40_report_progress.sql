-- Progress of an open migration, from either end; anything else is let pass without a word. Numbers that are none become 0 or
-- unknown: one row must not keep people from reading the list.
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

GRANT EXECUTE ON FUNCTION drover_api.report_progress(jsonb, double precision) TO drover_worker;
