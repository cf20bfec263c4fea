-- Another one after the database was restored or a standby took over: then commits may be lost that were answered.
-- The timeline of the write-ahead log counts such events; a restore by other means is another system.
CREATE OR REPLACE FUNCTION drover_api.incarnation() RETURNS text
    LANGUAGE sql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, drover, pg_temp
AS $$
    SELECT format(
        '%s/%s',
        (SELECT c.system_identifier FROM pg_control_system() c),
        left(pg_walfile_name(pg_current_wal_insert_lsn()), 8))
$$;

GRANT EXECUTE ON FUNCTION drover_api.incarnation() TO drover_worker;
