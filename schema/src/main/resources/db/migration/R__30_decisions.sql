CREATE OR REPLACE VIEW drover_api.decisions AS
SELECT d.id, d.at, d.strategy, d.sentence, d.inputs, d.refused, d.moves, d.considered FROM drover.decision d;

GRANT SELECT ON drover_api.decisions TO drover_scheduler;
