-- What schema migrate has run here, each file as it was run last: programs compare it with the files that they were built
-- with.
CREATE OR REPLACE FUNCTION drover_api.applied_migrations() RETURNS TABLE (script text, checksum integer)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, drover, pg_temp
AS $$
    SELECT DISTINCT ON (f.script) f.script::text, f.checksum
    FROM flyway_schema_history f
    WHERE f.success AND f.checksum IS NOT NULL
    ORDER BY f.script, f.installed_rank DESC
$$;

GRANT EXECUTE ON FUNCTION drover_api.applied_migrations() TO drover_worker, drover_scheduler;
