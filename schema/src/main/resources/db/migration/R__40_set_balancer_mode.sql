-- Null goes back to the configuration.
CREATE OR REPLACE FUNCTION drover_api.set_balancer_mode(p_mode text, p_by text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, drover, pg_temp
AS $$
BEGIN
    IF p_mode IS NULL THEN
        DELETE FROM balancer_mode;
    ELSE
        INSERT INTO balancer_mode (mode, set_by) VALUES (p_mode, p_by)
        ON CONFLICT (only_one) DO UPDATE
            SET mode = excluded.mode, set_by = excluded.set_by, set_at = clock_timestamp();
    END IF;
END
$$;

GRANT EXECUTE ON FUNCTION drover_api.set_balancer_mode(text, text) TO drover_scheduler;
