-- What somebody overrode by name, and why; with the task, in its transaction.
CREATE OR REPLACE FUNCTION drover_api.record_override(p_migration uuid, p_requested_by text, p_reason text, p_rules jsonb)
    RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path = pg_catalog, drover, pg_temp
AS $$
    -- The same task again is the same override.
    INSERT INTO migration_override (migration, requested_by, reason, rules)
    VALUES (p_migration, p_requested_by, p_reason, p_rules)
    ON CONFLICT (migration) DO NOTHING
$$;

GRANT EXECUTE ON FUNCTION drover_api.record_override(uuid, text, text, jsonb) TO drover_scheduler;
