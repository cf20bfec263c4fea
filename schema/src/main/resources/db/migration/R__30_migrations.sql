-- Without the token: it is the two workers' secret.
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
    p.seconds_to_finish_most,
    m.base_images,
    m.verify,
    CASE WHEN NOT s.terminal THEN m.trouble END AS trouble,
    m.trouble_since
FROM drover.migration m
JOIN drover.migration_state s ON s.state = m.state
JOIN drover.vm v ON v.id = m.vm
LEFT JOIN drover.migration_progress p ON p.migration = m.id;

GRANT SELECT ON drover_api.migrations TO drover_scheduler;
