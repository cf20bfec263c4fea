-- The parts of the scheduler's housekeeping, in their order.
CREATE OR REPLACE FUNCTION drover_api.retention_parts() RETURNS SETOF text
    LANGUAGE sql IMMUTABLE SECURITY DEFINER
    SET search_path = pg_catalog, drover, pg_temp
AS $$
    VALUES ('roll-ups'), ('reports'), ('decisions'), ('messages'), ('migrations'), ('takeovers'), ('audit')
$$;

-- One part, to be committed before the next: what fails in one must not stop the others.
CREATE OR REPLACE FUNCTION drover_api.retain(p_part text, p_now timestamptz) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, drover, pg_temp
AS $$
DECLARE
    v_slot timestamptz := date_bin('5 minutes', p_now, 'epoch');
    -- Reports may come late; the last quarter of an hour is made anew each time.
    v_since timestamptz := coalesce((SELECT max(t.slot) FROM telemetry_host t), '-infinity') - interval '15 minutes';
BEGIN
    CASE p_part
    WHEN 'roll-ups' THEN
        PERFORM take_lock('reports');
        PERFORM roll_up_hosts(v_since, v_slot), roll_up_vms(v_since, v_slot);
    WHEN 'reports' THEN
        PERFORM take_lock('reports');
        PERFORM drop_old_partitions(p_now - interval '2 hours');
        PERFORM ensure_partition(p_now + make_interval(hours => n)) FROM generate_series(0, 2) AS s (n);
        DELETE FROM telemetry_host t WHERE t.slot < p_now - interval '30 days';
        DELETE FROM telemetry_vm t WHERE t.slot < p_now - interval '30 days';
    WHEN 'decisions' THEN
        PERFORM retain_decisions(p_now);
    WHEN 'messages' THEN
        DELETE FROM outbox o WHERE o.sent_at < p_now - interval '1 day';
        -- Casts only wake, and what is queued is posted again: nobody waits for these any more.
        DELETE FROM outbox o WHERE o.sent_at IS NULL AND o.created_at < p_now - interval '90 days';
        DELETE FROM inbox i WHERE i.received_at < p_now - interval '30 days';
        DELETE FROM rejected_message r WHERE r.rejected_at < p_now - interval '30 days';
    WHEN 'migrations' THEN
        DELETE FROM migration m WHERE m.id IN (
            SELECT o.id FROM migration o WHERE o.ended_at < p_now - interval '365 days'
            ORDER BY o.ended_at LIMIT 5000 FOR UPDATE SKIP LOCKED);
    WHEN 'takeovers' THEN
        DELETE FROM host_takeover t WHERE t.at < p_now - interval '5 years';
    WHEN 'audit' THEN
        DELETE FROM api_audit a WHERE a.at < p_now - interval '365 days';
    END CASE;
END
$$;

GRANT EXECUTE ON FUNCTION
    drover_api.retention_parts(),
    drover_api.retain(text, timestamptz)
TO drover_scheduler;
