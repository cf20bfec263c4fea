-- At most p_limit unsent messages, locked until the caller's transaction ends. What failed before stands behind what is
-- fresh: a message that nobody takes must not hold up the others.
CREATE OR REPLACE FUNCTION drover_api.take_outbox(p_limit integer)
    RETURNS TABLE (id bigint, exchange text, routing_key text, message_id text, body text, tries integer)
    LANGUAGE sql SECURITY DEFINER
    SET search_path = pg_catalog, drover, pg_temp
AS $$
    SELECT o.id, o.exchange, o.routing_key, o.message_id, o.body, o.tries
    FROM outbox o
    WHERE o.sent_at IS NULL
    ORDER BY o.tries, o.id
    LIMIT p_limit
    FOR UPDATE SKIP LOCKED
$$;

GRANT EXECUTE ON FUNCTION drover_api.take_outbox(integer) TO drover_scheduler;
