-- Bytes a VM's disks take on its host by that host's newest report; 0 when it does not say.
CREATE OR REPLACE FUNCTION drover.allocated_bytes(p_vm uuid, p_host text) RETURNS numeric
    LANGUAGE sql STABLE
    SET search_path = pg_catalog, drover, pg_temp
AS $$
    SELECT coalesce(sum(
        coalesce(number(u.usage -> 'disk_allocated_bytes'), 0) + coalesce(number(u.usage -> 'swap_allocated_bytes'), 0)), 0)
    FROM telemetry_latest t, jsonb_array_elements(t.report -> 'vms') AS u (usage)
    WHERE t.host = p_host AND u.usage ->> 'vm' = p_vm::text
$$;
