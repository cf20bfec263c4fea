CREATE OR REPLACE VIEW drover_api.reports AS
SELECT t.host, t.at, t.report FROM drover.telemetry_raw t;

GRANT SELECT ON drover_api.reports TO drover_scheduler;
