CREATE OR REPLACE VIEW drover_api.hosts AS
SELECT
    h.host, h.peer_address, h.hypervisor, h.cpu_cores, h.memory_bytes, h.images_bytes,
    CASE WHEN t.at > h.last_seen THEN coalesce(drover.number(t.report #> '{load,images_free_bytes}'), 0)::bigint
        ELSE h.images_free_bytes END AS images_free_bytes,
    h.link_bytes_per_second, h.last_seen,
    least(coalesce(r.memory_bytes, 0), 9223372036854775807)::bigint AS reserved_memory_bytes,
    least(coalesce(r.image_bytes, 0), 9223372036854775807)::bigint AS reserved_image_bytes,
    h.broker_trouble, h.drover_version,
    -- By this server's clock, so that no other one has to agree with it.
    extract(epoch FROM clock_timestamp() - h.last_seen)::double precision AS seen_age_seconds,
    extract(epoch FROM clock_timestamp() - t.at)::double precision AS report_age_seconds
FROM drover.host h
LEFT JOIN drover.telemetry_latest t ON t.host = h.host
LEFT JOIN LATERAL (
    SELECT sum(m.reserved_memory_bytes) AS memory_bytes, sum(m.reserved_image_bytes) AS image_bytes
    FROM drover.migration m JOIN drover.vm v ON v.id = m.vm
    WHERE m.destination = h.host AND v.owner_host <> h.host
    AND m.state NOT IN ('completed', 'rolled_back', 'cancelled', 'rejected')
    AND drover.is_reserved(m)
) r ON true;

GRANT SELECT ON drover_api.hosts TO drover_scheduler;
