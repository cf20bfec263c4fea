CREATE OR REPLACE FUNCTION drover.drop_old_partitions(p_before timestamptz) RETURNS void
    LANGUAGE plpgsql
    SET search_path = pg_catalog, drover, pg_temp
AS $$
DECLARE
    v_name text;
BEGIN
    FOR v_name IN
        SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
        WHERE i.inhparent = 'drover.telemetry_raw'::regclass
        -- The name carries the hour it begins with, so names sort by time.
        AND c.relname COLLATE "C" < partition_name(p_before) COLLATE "C"
    LOOP
        EXECUTE format('DROP TABLE drover.%I', v_name);
    END LOOP;
END
$$;
