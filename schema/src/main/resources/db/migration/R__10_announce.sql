-- Writes a transition down and lets it out as a notification. p_publisher: 'scheduler' or a host.
CREATE OR REPLACE FUNCTION drover.announce(
    p_migration drover.migration, p_from text, p_publisher text, p_actor text, p_reason text
) RETURNS void
    LANGUAGE plpgsql
    SET search_path = pg_catalog, drover, pg_temp
AS $$
DECLARE
    v_at timestamptz := clock_timestamp();
    v_is_error boolean := p_migration.state IN ('rejected', 'rolled_back', 'stranded');
BEGIN
    INSERT INTO migration_transition (migration, from_state, to_state, at, attempt, actor, reason)
    VALUES (p_migration.id, p_from, p_migration.state, v_at, p_migration.attempt, p_actor, p_reason);
    PERFORM post(
        CASE WHEN v_is_error THEN 'notifications.error' ELSE 'notifications.info' END,
        jsonb_build_object(
            'message_id', gen_random_uuid(),
            'publisher_id', 'drover.' || p_publisher,
            'event_type', 'migration.' || p_migration.state,
            'priority', CASE WHEN v_is_error THEN 'ERROR' ELSE 'INFO' END,
            'timestamp', to_char(v_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US'),
            'payload', jsonb_strip_nulls(jsonb_build_object(
                'migration_id', p_migration.id,
                'vm_id', p_migration.vm,
                'vm_name', (SELECT v.name FROM vm v WHERE v.id = p_migration.vm),
                'source', p_migration.source,
                'destination', p_migration.destination,
                'state', p_migration.state,
                'previous_state', p_from,
                'attempt', p_migration.attempt,
                -- As long as the published schema lets a reason be; the row has all of it.
                'reason', left(p_reason, 1000),
                'at', iso(v_at)))),
        NULL);
END
$$;
