-- Where the workers of all hosts are, without a session: for a worker that looks whether it reaches them, and for one that
-- is asked to look whether it reaches another. No more than a worker needs to connect.
CREATE OR REPLACE FUNCTION drover_api.peers()
    RETURNS TABLE (host text, peer_address text, drover_version text, last_seen timestamptz)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, drover, pg_temp
AS $$
    SELECT h.host, h.peer_address, h.drover_version, h.last_seen FROM host h ORDER BY h.host
$$;

GRANT EXECUTE ON FUNCTION drover_api.peers() TO drover_worker, drover_scheduler;
