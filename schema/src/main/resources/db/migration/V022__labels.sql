-- What operators say about hosts and machines, by key; without a row nothing is said.
CREATE TABLE drover.host_label (
    host  text NOT NULL REFERENCES drover.host (host),
    key   text NOT NULL,
    value text NOT NULL,
    PRIMARY KEY (host, key)
);

CREATE TABLE drover.vm_label (
    vm    uuid NOT NULL REFERENCES drover.vm (id),
    key   text NOT NULL,
    value text NOT NULL,
    PRIMARY KEY (vm, key)
);

-- Replaces a host's labels, a JSON object of strings. False when no such host is known, or when its labels are no longer
-- p_expected: the caller looks again, so that what it checked is what stands.
CREATE FUNCTION drover_api.relabel_host(p_host text, p_expected jsonb, p_labels jsonb) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, drover, pg_temp
AS $$
BEGIN
    PERFORM FROM host h WHERE h.host = p_host FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    IF p_expected <> (
        SELECT coalesce(jsonb_object_agg(l.key, l.value), '{}') FROM host_label l WHERE l.host = p_host
    ) THEN
        RETURN false;
    END IF;
    DELETE FROM host_label l WHERE l.host = p_host;
    INSERT INTO host_label (host, key, value) SELECT p_host, e.key, e.value FROM jsonb_each_text(p_labels) AS e;
    RETURN true;
END
$$;

-- The same for a machine. Labels say which machines may stand together, so all changes to them are made one at a time,
-- and p_expected holds those of every machine, by id.
CREATE FUNCTION drover_api.relabel_vm(p_vm uuid, p_expected jsonb, p_labels jsonb) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, drover, pg_temp
AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('drover relabel_vm'));
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

CREATE VIEW drover_api.host_labels AS SELECT l.host, l.key, l.value FROM drover.host_label l;
CREATE VIEW drover_api.vm_labels AS SELECT l.vm, l.key, l.value FROM drover.vm_label l;

GRANT EXECUTE ON FUNCTION
    drover_api.relabel_host(text, jsonb, jsonb),
    drover_api.relabel_vm(uuid, jsonb, jsonb)
TO drover_scheduler;
GRANT SELECT ON drover_api.host_labels, drover_api.vm_labels TO drover_scheduler;
