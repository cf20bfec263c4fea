-- Posts the cast of migrations that were not claimed for p_age after the last one, unless one is still unsent.
CREATE OR REPLACE FUNCTION drover_api.repost_queued(p_age interval) RETURNS SETOF uuid
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, drover, pg_temp
AS $$
DECLARE
    v_migration migration;
BEGIN
    FOR v_migration IN
        SELECT m.* FROM migration m
        WHERE m.state = 'queued' AND m.posted_at <= clock_timestamp() - p_age
        AND NOT EXISTS (SELECT FROM outbox o WHERE o.migration = m.id AND o.sent_at IS NULL)
        ORDER BY m.created_at
        FOR NO KEY UPDATE SKIP LOCKED
    LOOP
        UPDATE migration m SET posted_at = clock_timestamp() WHERE m.id = v_migration.id;
        PERFORM post_migrate(v_migration);
        RETURN NEXT v_migration.id;
    END LOOP;
END
$$;

GRANT EXECUTE ON FUNCTION drover_api.repost_queued(interval) TO drover_scheduler;
