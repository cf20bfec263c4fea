-- Room for images that a host can still promise, in bytes: what its file system had left by the newest word of it,
-- less what is promised to migrations on their way. What of these has arrived is counted twice: on the safe side.
CREATE OR REPLACE FUNCTION drover.free_images_bytes(p_host text) RETURNS numeric
    LANGUAGE sql STABLE
    SET search_path = pg_catalog, drover, pg_temp
AS $$
    SELECT CASE WHEN t.at > h.last_seen
            THEN coalesce(number(t.report #> '{load,images_free_bytes}'), 0)
            ELSE h.images_free_bytes END
        - (SELECT coalesce(sum(m.reserved_image_bytes), 0) FROM migration m JOIN vm v ON v.id = m.vm
            WHERE m.destination = p_host
            AND v.owner_host <> p_host
            AND m.state NOT IN ('completed', 'rolled_back', 'cancelled', 'rejected')
            AND is_reserved(m))
    FROM host h LEFT JOIN telemetry_latest t ON t.host = h.host
    WHERE h.host = p_host
$$;
