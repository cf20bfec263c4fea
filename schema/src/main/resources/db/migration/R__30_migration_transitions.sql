CREATE OR REPLACE VIEW drover_api.migration_transitions AS
SELECT t.id, t.migration, t.from_state, t.to_state, t.at, t.attempt, t.actor, t.reason, t.login
FROM drover.migration_transition t;

GRANT SELECT ON drover_api.migration_transitions TO drover_scheduler;
