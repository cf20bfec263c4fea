CREATE OR REPLACE VIEW drover_api.migration_overrides AS
SELECT o.migration, o.requested_by, o.reason, o.rules FROM drover.migration_override o;

GRANT SELECT ON drover_api.migration_overrides TO drover_scheduler;
