-- Submits a MigrationTask (JSON as DroverJson writes it). A task that came straight to its worker has nobody who weighs windows,
-- groups and pins: where such a thing is said of the VM or of either host, schedulers have to be asked.
CREATE OR REPLACE FUNCTION drover_api.submit_migration(p_task jsonb, p_requested_by text, p_decision uuid)
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

GRANT EXECUTE ON FUNCTION drover_api.submit_migration(jsonb, text, uuid) TO drover_worker, drover_scheduler;
