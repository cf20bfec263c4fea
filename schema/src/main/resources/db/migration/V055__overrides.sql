-- What is said of machines and hosts binds every way to ask for a migration. What somebody overrode by name, and why:
CREATE TABLE drover.migration_override (
    migration    uuid PRIMARY KEY REFERENCES drover.migration (id) ON DELETE CASCADE,
    requested_by text NOT NULL,
    reason       text NOT NULL CHECK (length(reason) BETWEEN 1 AND 1000),
    rules        jsonb NOT NULL CHECK (jsonb_typeof(rules) = 'array')
);

CREATE FUNCTION drover_api.record_override(p_migration uuid, p_requested_by text, p_reason text, p_rules jsonb)
    RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path = pg_catalog, drover, pg_temp
AS $$
    -- The same task again is the same override.
    INSERT INTO migration_override (migration, requested_by, reason, rules)
    VALUES (p_migration, p_requested_by, p_reason, p_rules)
    ON CONFLICT (migration) DO NOTHING
$$;

CREATE VIEW drover_api.migration_overrides AS
SELECT o.migration, o.requested_by, o.reason, o.rules FROM drover.migration_override o;

-- A task that came straight to its worker has nobody who weighs windows, groups and pins: where such a thing is said of the
-- machine or of either host, schedulers have to be asked.
ALTER FUNCTION drover_api.submit_migration(jsonb, text, uuid) SET SCHEMA drover;
ALTER FUNCTION drover.submit_migration(jsonb, text, uuid) RENAME TO submit_unbound;
-- It is called by the function below, which has the owner's rights already.
ALTER FUNCTION drover.submit_unbound(jsonb, text, uuid) SECURITY INVOKER;

CREATE FUNCTION drover_api.submit_migration(p_task jsonb, p_requested_by text, p_decision uuid)
    RETURNS drover_api.submission
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, drover, pg_temp
AS $$
DECLARE
    v_said text;
BEGIN
    IF caller() <> 'scheduler' AND NOT EXISTS (SELECT FROM migration m WHERE m.id = (p_task ->> 'id')::uuid) THEN
        SELECT string_agg(DISTINCT l.key || ' of ' || l.name, ', ')
        INTO v_said
        FROM (
            SELECT v.name, l.key FROM vm_label l JOIN vm v ON v.id = l.vm WHERE l.vm = (p_task ->> 'vm')::uuid
            UNION ALL
            SELECT l.host, l.key FROM host_label l WHERE l.host IN (p_task ->> 'source', p_task ->> 'destination')
        ) AS l
        WHERE l.key LIKE 'drover.%';
        IF v_said IS NOT NULL THEN
            RETURN refusal(
                'rejected', 'vm', format('labels have to be weighed (%s): ask the schedulers by live_migrate', v_said));
        END IF;
    END IF;
    RETURN submit_unbound(p_task, p_requested_by, p_decision);
END
$$;

REVOKE ALL ON FUNCTION drover.submit_unbound(jsonb, text, uuid) FROM drover_worker, drover_scheduler;
REVOKE ALL ON FUNCTION
    drover_api.record_override(uuid, text, text, jsonb),
    drover_api.submit_migration(jsonb, text, uuid)
FROM PUBLIC;
GRANT EXECUTE ON FUNCTION drover_api.submit_migration(jsonb, text, uuid) TO drover_worker, drover_scheduler;
GRANT EXECUTE ON FUNCTION drover_api.record_override(uuid, text, text, jsonb) TO drover_scheduler;
GRANT SELECT ON drover_api.migration_overrides TO drover_scheduler;
