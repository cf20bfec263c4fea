-- Of each consumer the newest 1000 are kept.
CREATE OR REPLACE FUNCTION drover_api.record_rejected(p_queue text, p_message_id text, p_reason text, p_body text)
    RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, drover, pg_temp
AS $$
DECLARE
    v_consumer text := caller();
BEGIN
    INSERT INTO rejected_message (consumer, queue, message_id, reason, body)
    VALUES (
        v_consumer, printable(p_queue, 300), printable(p_message_id, 300), printable(p_reason, 1000), left(p_body, 65536));
    DELETE FROM rejected_message r
    WHERE r.consumer = v_consumer AND r.id < (
        SELECT n.id FROM rejected_message n WHERE n.consumer = v_consumer ORDER BY n.id DESC OFFSET 999 LIMIT 1);
END
$$;

GRANT EXECUTE ON FUNCTION drover_api.record_rejected(text, text, text, text) TO drover_worker, drover_scheduler;
