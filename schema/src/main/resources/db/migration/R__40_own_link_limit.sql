-- Null when there is none.
CREATE OR REPLACE FUNCTION drover_api.own_link_limit() RETURNS bigint
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, drover, pg_temp
AS $$
    SELECT l.bytes_per_second FROM link_limit l WHERE l.host = caller_host()
$$;

GRANT EXECUTE ON FUNCTION drover_api.own_link_limit() TO drover_worker;
