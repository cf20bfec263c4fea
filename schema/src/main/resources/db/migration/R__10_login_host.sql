-- The host that the login is for, whichever session; raises for anybody else.
CREATE OR REPLACE FUNCTION drover.login_host() RETURNS text
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, drover, pg_temp
AS $$
DECLARE
    v_host text;
BEGIN
    SELECT r.host INTO v_host FROM host_role r WHERE r.role_name = session_user;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'role % speaks for no host', session_user USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN v_host;
END
$$;
