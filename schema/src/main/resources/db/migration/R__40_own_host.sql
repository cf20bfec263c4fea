-- The host that the login is for, whichever session: for who only looks.
CREATE OR REPLACE FUNCTION drover_api.own_host() RETURNS text
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, drover, pg_temp
AS $$
    SELECT login_host()
$$;

GRANT EXECUTE ON FUNCTION drover_api.own_host() TO drover_worker;
