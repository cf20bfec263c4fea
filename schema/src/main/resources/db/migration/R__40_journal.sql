-- The caller's own journal, by the steps' first intents.
CREATE OR REPLACE FUNCTION drover_api.journal(p_id uuid) RETURNS SETOF drover.migration_step
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, drover, pg_temp
AS $$
    SELECT s.* FROM migration_step s WHERE s.migration = p_id AND s.host = caller_host() ORDER BY s.id
$$;

GRANT EXECUTE ON FUNCTION drover_api.journal(uuid) TO drover_worker;
