-- Sorts by time.
CREATE OR REPLACE FUNCTION drover.partition_name(p_at timestamptz) RETURNS text
    LANGUAGE sql STABLE
    SET search_path = pg_catalog, drover, pg_temp
AS $$
    SELECT 'telemetry_raw_' || to_char(p_at AT TIME ZONE 'UTC', 'YYYYMMDDHH24')
$$;
