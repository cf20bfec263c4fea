CREATE OR REPLACE VIEW drover_api.telemetry_vms AS
SELECT
    t.vm, t.slot, t.host, t.samples, t.cpu_cores_mean, t.cpu_cores_max, t.memory_bytes_mean,
    t.disk_read_bytes_per_second, t.disk_write_bytes_per_second, t.swap_read_bytes_per_second,
    t.swap_write_bytes_per_second, t.disk_allocated_bytes_max, t.swap_allocated_bytes_max
FROM drover.telemetry_vm t;

GRANT SELECT ON drover_api.telemetry_vms TO drover_scheduler;
