CREATE OR REPLACE VIEW drover_api.host_labels AS SELECT l.host, l.key, l.value FROM drover.host_label l;

GRANT SELECT ON drover_api.host_labels TO drover_scheduler;
