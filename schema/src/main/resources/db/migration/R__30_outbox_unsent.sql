-- What waits for the broker, in one row.
CREATE OR REPLACE VIEW drover_api.outbox_unsent AS
SELECT
    count(*) AS messages,
    coalesce(extract(epoch FROM clock_timestamp() - min(o.created_at)), 0)::double precision AS age_seconds
FROM drover.outbox o
WHERE o.sent_at IS NULL;

GRANT SELECT ON drover_api.outbox_unsent TO drover_scheduler;
