CREATE OR REPLACE VIEW drover_api.migration_steps AS
SELECT s.id, s.migration, s.host, s.step, s.attempt, s.intended_at, s.done_at, s.undone_at, s.evidence
FROM drover.migration_step s;

GRANT SELECT ON drover_api.migration_steps TO drover_scheduler;
