-- The host is an argument only where a worker introduces itself, to find a login that does not fit the configuration.
CREATE OR REPLACE FUNCTION drover.require_host(p_host text) RETURNS text
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, drover, pg_temp
AS $$
BEGIN
    IF login_host() <> p_host THEN
        RAISE EXCEPTION 'role % speaks for host %, not for %', session_user, login_host(), p_host
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN caller_host();
END
$$;
