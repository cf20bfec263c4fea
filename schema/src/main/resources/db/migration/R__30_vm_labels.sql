CREATE OR REPLACE VIEW drover_api.vm_labels AS SELECT l.vm, l.key, l.value FROM drover.vm_label l;

GRANT SELECT ON drover_api.vm_labels TO drover_scheduler;
