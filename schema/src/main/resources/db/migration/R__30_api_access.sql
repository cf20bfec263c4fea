CREATE OR REPLACE VIEW drover_api.api_tokens AS
SELECT t.name, t.role, t.created_at, t.created_by, t.expires_at FROM drover.api_token t;

CREATE OR REPLACE VIEW drover_api.api_audit AS
SELECT a.id, a.at, a.caller, a.role, a.address, a.method, a.path, a.body, a.status, a.ended_at FROM drover.api_audit a;

GRANT SELECT ON drover_api.api_tokens, drover_api.api_audit TO drover_scheduler;
