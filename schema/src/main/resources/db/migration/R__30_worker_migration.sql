-- A migration as both of its workers read it, token included.
CREATE OR REPLACE VIEW drover.worker_migration AS
SELECT
    m.id, m.vm, m.source, m.destination, m.algorithm, m.disk_algorithms, m.deadline, m.task_reason,
    v.definition, m.state, m.attempt, m.epoch, m.cancel_requested, m.token,
    s.peer_address AS source_address, d.peer_address AS destination_address,
    m.created_at, m.reason, m.allow_pull, m.base_images, m.verify
FROM drover.migration m
JOIN drover.vm v ON v.id = m.vm
JOIN drover.host s ON s.host = m.source
JOIN drover.host d ON d.host = m.destination;

CREATE OR REPLACE FUNCTION drover_api.open_migrations() RETURNS SETOF drover.worker_migration
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, drover, pg_temp
AS $$
    SELECT w.* FROM worker_migration w
    WHERE caller_host() IN (w.source, w.destination)
    AND w.state NOT IN ('completed', 'rolled_back', 'cancelled', 'rejected')
    ORDER BY w.created_at, w.id
$$;

CREATE OR REPLACE FUNCTION drover_api.migration_for_worker(p_id uuid) RETURNS SETOF drover.worker_migration
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, drover, pg_temp
AS $$
    SELECT w.* FROM worker_migration w WHERE w.id = p_id AND caller_host() IN (w.source, w.destination)
$$;

-- Claims as the source; no row when it is terminal or of another source.
CREATE OR REPLACE FUNCTION drover_api.claim_migration(p_id uuid, p_lease interval) RETURNS SETOF drover.worker_migration
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, drover, pg_temp
AS $$
DECLARE
    v_host text := caller_host();
    v_migration migration := lock_migration(p_id);
BEGIN
    IF v_migration.source IS DISTINCT FROM v_host
        OR (SELECT s.terminal FROM migration_state s WHERE s.state = v_migration.state) THEN
        RETURN;
    END IF;
    UPDATE migration m SET attempt = m.attempt + 1, lease_until = lease_end(p_lease) WHERE m.id = p_id;
    IF v_migration.state = 'queued' THEN
        PERFORM change_state(p_id, 'preparing', 'claim', v_host, NULL);
    END IF;
    RETURN QUERY SELECT w.* FROM worker_migration w WHERE w.id = p_id;
END
$$;

GRANT EXECUTE ON FUNCTION
    drover_api.open_migrations(),
    drover_api.migration_for_worker(uuid),
    drover_api.claim_migration(uuid, interval)
TO drover_worker;
