-- False when the host's worker took the message over before. Of a host the newest 2000 are kept: a message that comes
-- twice comes soon after.
CREATE OR REPLACE FUNCTION drover_api.record_inbox(p_message_id text, p_method text, p_body text) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, drover, pg_temp
AS $$
DECLARE
    v_host text := caller_host();
BEGIN
    IF length(p_message_id) > 1000 OR length(p_method) > 1000 THEN
        RAISE EXCEPTION 'a message''s id and method have at most 1000 characters'
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
    INSERT INTO inbox (consumer, message_id, method, body)
    VALUES (v_host, p_message_id, p_method, left(p_body, 65536))
    ON CONFLICT (consumer, message_id) DO NOTHING;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    DELETE FROM inbox i
    WHERE i.consumer = v_host AND i.received_at < (
        SELECT n.received_at FROM inbox n WHERE n.consumer = v_host
        ORDER BY n.received_at DESC OFFSET 1999 LIMIT 1);
    RETURN true;
END
$$;

GRANT EXECUTE ON FUNCTION drover_api.record_inbox(text, text, text) TO drover_worker;
REVOKE EXECUTE ON FUNCTION drover_api.record_inbox(text, text, text) FROM drover_scheduler;
