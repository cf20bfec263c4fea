-- Puts a message into the outbox in the envelope of oslo.messaging 2.0.
CREATE OR REPLACE FUNCTION drover.post(p_routing_key text, p_inner jsonb, p_migration uuid) RETURNS void
    LANGUAGE plpgsql
    SET search_path = pg_catalog, drover, pg_temp
AS $$
DECLARE
    v_message_id text := replace(gen_random_uuid()::text, '-', '');
BEGIN
    INSERT INTO outbox (exchange, routing_key, message_id, body, migration)
    VALUES (
        'drover_fleet',
        p_routing_key,
        v_message_id,
        jsonb_build_object(
            'oslo.version', '2.0',
            'oslo.message', (p_inner || jsonb_build_object('_unique_id', v_message_id))::text)::text,
        p_migration);
END
$$;
