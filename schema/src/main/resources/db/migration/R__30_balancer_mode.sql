CREATE OR REPLACE VIEW drover_api.balancer_mode AS SELECT b.mode, b.set_by, b.set_at FROM drover.balancer_mode b;

GRANT SELECT ON drover_api.balancer_mode TO drover_scheduler;
