-- Null clears it. False when no such host is known. The message only wakes the worker: it reads the row, so that a late
-- message cannot bring an old limit back.
CREATE OR REPLACE FUNCTION drover_api.limit_link(p_host text, p_bytes_per_second bigint, p_by text) RETURNS boolean
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

GRANT EXECUTE ON FUNCTION drover_api.limit_link(text, bigint, text) TO drover_scheduler;
