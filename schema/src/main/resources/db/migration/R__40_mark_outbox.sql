CREATE OR REPLACE FUNCTION drover_api.mark_outbox(p_id bigint, p_is_sent boolean) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path = pg_catalog, drover, pg_temp
AS $$
    UPDATE outbox
    SET tries = tries + 1, sent_at = CASE WHEN p_is_sent THEN clock_timestamp() END
    WHERE id = p_id AND sent_at IS NULL
$$;

GRANT EXECUTE ON FUNCTION drover_api.mark_outbox(bigint, boolean) TO drover_scheduler;
