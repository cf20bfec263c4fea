-- Makes the partition of an hour if it is missing.
CREATE OR REPLACE FUNCTION drover.ensure_partition(p_at timestamptz) RETURNS void
    LANGUAGE plpgsql
    SET search_path = pg_catalog, drover, pg_temp
AS $$
DECLARE
    v_name text := partition_name(p_at);
    v_hour timestamptz := date_trunc('hour', p_at, 'UTC');
BEGIN
    IF to_regclass('drover.' || v_name) IS NOT NULL THEN
        RETURN;
    END IF;
    PERFORM take_lock('reports');
    EXECUTE format(
        'CREATE TABLE IF NOT EXISTS drover.%I PARTITION OF drover.telemetry_raw FOR VALUES FROM (%L) TO (%L)',
        v_name, v_hour, v_hour + interval '1 hour');
END
$$;
