-- A VM as a worker reads it.
CREATE OR REPLACE VIEW drover.worker_vm AS
SELECT v.id, v.owner_host, v.epoch, v.definition, v.power, v.wanted_power, v.trouble, v.trouble_since FROM drover.vm v;

CREATE OR REPLACE FUNCTION drover_api.owned_vms() RETURNS SETOF drover.worker_vm
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, drover, pg_temp
AS $$
    SELECT w.* FROM worker_vm w WHERE w.owner_host = caller_host() ORDER BY w.id
$$;

-- A VM that the host owns or was an end of a migration of.
CREATE OR REPLACE FUNCTION drover_api.vm_for_worker(p_id uuid) RETURNS SETOF drover.worker_vm
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, drover, pg_temp
AS $$
    SELECT w.* FROM worker_vm w
    WHERE w.id = p_id
    AND (w.owner_host = caller_host()
        OR EXISTS (SELECT FROM migration m WHERE m.vm = p_id AND caller_host() IN (m.source, m.destination)))
$$;

GRANT EXECUTE ON FUNCTION
    drover_api.owned_vms(),
    drover_api.vm_for_worker(uuid)
TO drover_worker;
