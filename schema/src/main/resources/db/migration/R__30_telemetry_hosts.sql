CREATE OR REPLACE VIEW drover_api.telemetry_hosts AS
SELECT
    t.host, t.slot, t.samples, t.cpu_cores_mean, t.cpu_cores_max, t.memory_bytes_mean, t.memory_bytes_max,
    t.disk_read_bytes_per_second, t.disk_write_bytes_per_second, t.images_free_bytes_min
FROM drover.telemetry_host t;

GRANT SELECT ON drover_api.telemetry_hosts TO drover_scheduler;
