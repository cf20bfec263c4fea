CREATE OR REPLACE VIEW drover_api.link_limits AS
SELECT h.host, h.link_bytes_per_second, coalesce(l.bytes_per_second, 0) AS limit_bytes_per_second
FROM drover.host h LEFT JOIN drover.link_limit l ON l.host = h.host;

GRANT SELECT ON drover_api.link_limits TO drover_scheduler;
