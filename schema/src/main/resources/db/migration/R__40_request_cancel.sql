-- requested, cancelled, too_late or unknown.
CREATE OR REPLACE FUNCTION drover_api.request_cancel(p_id uuid, p_requested_by text) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, drover, pg_temp
AS $$
DECLARE
    v_migration migration := lock_migration(p_id);
    v_by text := printable(p_requested_by, 200);
BEGIN
    IF v_migration.id IS NULL THEN
        RETURN 'unknown';
    END IF;
    IF v_migration.state = 'queued' THEN
        UPDATE migration m SET cancel_requested = true, cancel_requested_at = clock_timestamp() WHERE m.id = p_id;
        PERFORM change_state(p_id, 'cancelled', 'cancel', v_by, 'cancelled by ' || v_by);
        RETURN 'cancelled';
    ELSIF v_migration.state = 'cancelled' AND v_migration.attempt = 0 THEN
        RETURN 'cancelled';
    ELSIF v_migration.state NOT IN ('preparing', 'replicating', 'switching', 'rolling_back') THEN
        RETURN 'too_late';
    ELSIF NOT v_migration.cancel_requested THEN
        UPDATE migration m SET cancel_requested = true, cancel_requested_at = clock_timestamp() WHERE m.id = p_id;
        PERFORM post_cast(v_migration.source, 'cancel', jsonb_build_object('migration', p_id), NULL);
    END IF;
    RETURN 'requested';
END
$$;

GRANT EXECUTE ON FUNCTION drover_api.request_cancel(uuid, text) TO drover_scheduler;
