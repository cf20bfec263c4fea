-- Stores a HostReport in JSON; again: no effect. False: its time is more than two hours old or more than one ahead of
-- the database's clock, and nothing was stored.
CREATE OR REPLACE FUNCTION drover_api.store_report(p_report jsonb) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, drover, pg_temp
AS $$
DECLARE
    v_host text := p_report ->> 'host';
    v_at timestamptz := (p_report ->> 'at')::timestamptz;
BEGIN
    IF v_at NOT BETWEEN clock_timestamp() - interval '2 hours' AND clock_timestamp() + interval '1 hour' THEN
        RETURN false;
    END IF;
    PERFORM ensure_partition(v_at);
    INSERT INTO telemetry_raw (host, at, report) VALUES (v_host, v_at, p_report) ON CONFLICT (host, at) DO NOTHING;
    INSERT INTO telemetry_latest AS l (host, at, report) VALUES (v_host, v_at, p_report)
    ON CONFLICT (host) DO UPDATE SET at = excluded.at, report = excluded.report WHERE l.at < excluded.at;
    RETURN true;
END
$$;

GRANT EXECUTE ON FUNCTION drover_api.store_report(jsonb) TO drover_scheduler;
