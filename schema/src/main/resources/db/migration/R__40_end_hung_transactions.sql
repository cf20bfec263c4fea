-- A host's role sets its own timeouts, and what its open transaction has locked, others wait for: the other end of its
-- migration, with a guest that may stand still. No call of a worker's takes so long, so the scheduler ends those older than
-- p_age. A commit that waits for the standby is not cut: it would stand here and nowhere else. Returns the hosts.
CREATE OR REPLACE FUNCTION drover_api.end_hung_transactions(p_age interval) RETURNS SETOF text
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, drover, pg_temp
AS $$
DECLARE
    v_hung record;
BEGIN
    -- Found first, ended then: in one query the server might call for the end before it has looked at whose it is.
    FOR v_hung IN
        SELECT r.host, a.pid FROM pg_stat_activity a JOIN host_role r ON r.role_name = a.usename
        WHERE a.datname = current_database()
        AND a.xact_start < clock_timestamp() - p_age
        AND a.wait_event IS DISTINCT FROM 'SyncRep'
    LOOP
        IF pg_terminate_backend(v_hung.pid) THEN
            RETURN NEXT v_hung.host;
        END IF;
    END LOOP;
END
$$;

GRANT EXECUTE ON FUNCTION drover_api.end_hung_transactions(interval) TO drover_scheduler;
