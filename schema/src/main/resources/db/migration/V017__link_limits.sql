-- What an operator allows a host's migrations of its link; without a row its configuration says it.
CREATE TABLE drover.link_limit (
    host             text PRIMARY KEY REFERENCES drover.host (host),
    bytes_per_second bigint NOT NULL CHECK (bytes_per_second >= 65536),
    set_by           text NOT NULL,
    set_at           timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- Null clears it. False when no such host is known. The message only wakes the worker: it reads the row, so that a late
-- message cannot bring an old limit back.
CREATE FUNCTION drover_api.limit_link(p_host text, p_bytes_per_second bigint, p_by text) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, drover, pg_temp
AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM host h WHERE h.host = p_host) THEN
        RETURN false;
    ELSIF p_bytes_per_second IS NULL THEN
        DELETE FROM link_limit l WHERE l.host = p_host;
    ELSE
        INSERT INTO link_limit (host, bytes_per_second, set_by) VALUES (p_host, p_bytes_per_second, p_by)
        ON CONFLICT (host) DO UPDATE
            SET bytes_per_second = excluded.bytes_per_second, set_by = excluded.set_by, set_at = clock_timestamp();
    END IF;
    PERFORM post_cast(p_host, 'apply_link_limit', '{}', NULL);
    RETURN true;
END
$$;

-- Null when there is none.
CREATE FUNCTION drover_api.own_link_limit() RETURNS bigint
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, drover, pg_temp
AS $$
    SELECT l.bytes_per_second FROM link_limit l WHERE l.host = caller_host()
$$;

CREATE VIEW drover_api.link_limits AS
SELECT h.host, h.link_bytes_per_second, coalesce(l.bytes_per_second, 0) AS limit_bytes_per_second
FROM drover.host h LEFT JOIN drover.link_limit l ON l.host = h.host;

-- What algorithm auto foretold for each disk, and what came of it: a row for each disk that was handed over.
CREATE VIEW drover_api.predictions AS
SELECT
    s.migration, s.done_at, d.key AS disk,
    d.value ->> 'chosen' AS algorithm,
    (d.value -> 'predicted' ->> 'seconds')::double precision AS predicted_seconds,
    (d.value -> 'outcome' ->> 'seconds')::double precision AS seconds,
    (d.value -> 'predicted' ->> 'wire_bytes')::bigint AS predicted_wire_bytes,
    (d.value -> 'outcome' ->> 'wire_bytes')::bigint AS wire_bytes,
    (d.value -> 'predicted' ->> 'downtime_ms')::bigint AS predicted_downtime_ms,
    (d.value -> 'outcome' ->> 'downtime_ms')::bigint AS downtime_ms
FROM drover.migration_step s
CROSS JOIN LATERAL json_each(s.evidence -> 'algorithms') AS d (key, value)
WHERE s.step = 'send-rest' AND s.done_at IS NOT NULL AND d.value ->> 'chosen' IS NOT NULL;

GRANT EXECUTE ON FUNCTION drover_api.own_link_limit() TO drover_worker;
GRANT EXECUTE ON FUNCTION drover_api.limit_link(text, bigint, text) TO drover_scheduler;
GRANT SELECT ON drover_api.link_limits, drover_api.predictions TO drover_scheduler;
