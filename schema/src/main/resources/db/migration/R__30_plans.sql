CREATE OR REPLACE VIEW drover_api.plans AS
SELECT
    p.decision, d.at, d.sentence,
    CASE WHEN p.state = 'waiting' AND p.expires_at <= clock_timestamp() THEN 'expired' ELSE p.state END AS state,
    p.moves, p.expires_at, p.closed_by, p.closed_at
FROM drover.plan p JOIN drover.decision d ON d.id = p.decision;

GRANT SELECT ON drover_api.plans TO drover_scheduler;
