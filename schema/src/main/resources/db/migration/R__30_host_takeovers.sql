CREATE OR REPLACE VIEW drover_api.host_takeovers AS
SELECT t.id, t.host, t.at, t.requested_by, t.login, t.reason, t.taken_from FROM drover.host_takeover t;

GRANT SELECT ON drover_api.host_takeovers TO drover_scheduler;
