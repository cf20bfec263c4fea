-- Throws 25006 where this scheduler cannot write now, as a write would; so a pool drops the connection. The transaction gets
-- an id: its commit is a record that has to become durable, also on a synchronous standby, as that of every real request.
CREATE OR REPLACE FUNCTION drover_api.scheduler_ping() RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, drover, pg_temp
AS $$
BEGIN
    IF pg_is_in_recovery() OR current_setting('transaction_read_only')::boolean THEN
        RAISE read_only_sql_transaction USING MESSAGE = 'the server takes no writes: it is a standby or read only';
    END IF;
    RETURN pg_current_xact_id() IS NOT NULL;
END
$$;

GRANT EXECUTE ON FUNCTION drover_api.scheduler_ping() TO drover_scheduler;
