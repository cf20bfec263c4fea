-- How fast the guest makes blocks dirty, and the far end of the time that a migration may still take.
ALTER TABLE drover.migration_progress
    ADD COLUMN dirty_bytes_per_second double precision NOT NULL DEFAULT 0,
    ADD COLUMN seconds_to_finish_most double precision;

CREATE OR REPLACE FUNCTION drover_api.report_progress(p_progress jsonb, p_seconds_to_finish double precision) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, drover, pg_temp
AS $$
BEGIN
    INSERT INTO migration_progress (
        migration, step, round, bytes_done, bytes_total, bytes_per_second, seconds_to_finish, reported_at,
        dirty_bytes_per_second, seconds_to_finish_most)
    SELECT
        m.id, p_progress ->> 'step', (p_progress ->> 'round')::integer, (p_progress ->> 'bytes_done')::bigint,
        (p_progress ->> 'bytes_total')::bigint, (p_progress ->> 'bytes_per_second')::float8,
        p_seconds_to_finish, clock_timestamp(),
        coalesce((p_progress ->> 'dirty_bytes_per_second')::float8, 0),
        extract(epoch FROM (p_progress ->> 'time_to_finish_most')::interval)::float8
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

CREATE OR REPLACE VIEW drover_api.migrations AS
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
    coalesce(m.lease_until < clock_timestamp(), false) AS lease_expired,
    m.allow_pull,
    coalesce(p.dirty_bytes_per_second, 0) AS dirty_bytes_per_second,
    p.seconds_to_finish_most
FROM drover.migration m
JOIN drover.migration_state s ON s.state = m.state
JOIN drover.vm v ON v.id = m.vm
LEFT JOIN drover.migration_progress p ON p.migration = m.id;
