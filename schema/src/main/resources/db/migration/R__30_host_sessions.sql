CREATE OR REPLACE VIEW drover_api.host_sessions AS
SELECT s.host, s.machine_id, s.boot_id, s.state_folder, s.address, s.started_at, s.last_seen
FROM drover.host_session s
WHERE s.session IS NOT NULL;

GRANT SELECT ON drover_api.host_sessions TO drover_scheduler;
