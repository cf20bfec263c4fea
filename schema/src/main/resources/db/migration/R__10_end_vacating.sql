-- A host that is up again takes VMs again, unless it is in maintenance for another reason (drover_api.vacate_host).
CREATE OR REPLACE FUNCTION drover.end_vacating(p_host text) RETURNS void
    LANGUAGE plpgsql
    SET search_path = pg_catalog, drover, pg_temp
AS $$
BEGIN
    DELETE FROM host_label l WHERE l.host = p_host AND l.key = 'drover.maintenance' AND l.value = 'shutdown';
    UPDATE host_label l
    SET value = array_to_string(array_remove(string_to_array(l.value, ','), 'shutdown'), ',')
    WHERE l.host = p_host AND l.key = 'drover.maintenance' AND 'shutdown' = ANY (string_to_array(l.value, ','));
END
$$;
