-- Puts the caller's host into maintenance because it shuts down: a window of its own, beside those that an operator has set.
-- It is taken away by the host's next session (open_session), or by an operator who takes the host out of maintenance.
CREATE OR REPLACE FUNCTION drover_api.vacate_host() RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path = pg_catalog, drover, pg_temp
AS $$
    INSERT INTO host_label AS l (host, key, value) VALUES (caller_host(), 'drover.maintenance', 'shutdown')
    ON CONFLICT (host, key) DO UPDATE SET value = l.value || ',shutdown'
    WHERE NOT 'shutdown' = ANY (string_to_array(l.value, ','))
$$;

-- When each of the host's VMs that has a place in the order of a shutdown is asked to power off: the smaller, the earlier.
CREATE OR REPLACE FUNCTION drover_api.shutdown_order() RETURNS TABLE (vm uuid, place integer)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, drover, pg_temp
AS $$
    SELECT l.vm, l.value::integer FROM vm_label l JOIN vm v ON v.id = l.vm
    WHERE v.owner_host = caller_host() AND l.key = 'drover.shutdown-order' AND l.value ~ '^[0-9]{1,4}$'
$$;

GRANT EXECUTE ON FUNCTION drover_api.vacate_host(), drover_api.shutdown_order() TO drover_worker;
