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

GRANT SELECT ON drover_api.predictions TO drover_scheduler;
