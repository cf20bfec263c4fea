-- 'scheduler' or the host the session speaks for; raises for anybody else.
CREATE OR REPLACE FUNCTION drover.caller() RETURNS text
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, drover, pg_temp
AS $$
BEGIN
    IF session_user = 'drover_scheduler' THEN
        RETURN 'scheduler';
    END IF;
    RETURN caller_host();
END
$$;
