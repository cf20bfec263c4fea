-- As relabel_host, for a VM. Labels say which VMs may stand together, so all changes to them are made one at a time,
-- and p_expected holds those of every VM, by id.
CREATE OR REPLACE FUNCTION drover_api.relabel_vm(p_vm uuid, p_expected jsonb, p_labels jsonb) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, drover, pg_temp
AS $$
BEGIN
    PERFORM take_lock('relabel_vm');
    IF NOT EXISTS (SELECT FROM vm v WHERE v.id = p_vm) THEN
        RETURN false;
    END IF;
    IF p_expected <> (
        SELECT coalesce(jsonb_object_agg(of_vm.vm, of_vm.labels), '{}')
        FROM (SELECT l.vm, jsonb_object_agg(l.key, l.value) AS labels FROM vm_label l GROUP BY l.vm) AS of_vm
    ) THEN
        RETURN false;
    END IF;
    DELETE FROM vm_label l WHERE l.vm = p_vm;
    INSERT INTO vm_label (vm, key, value) SELECT p_vm, e.key, e.value FROM jsonb_each_text(p_labels) AS e;
    RETURN true;
END
$$;

GRANT EXECUTE ON FUNCTION drover_api.relabel_vm(uuid, jsonb, jsonb) TO drover_scheduler;
