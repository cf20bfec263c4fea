-- Any login may take any advisory lock and keep it. What only one transaction may be at is a row here, which only the
-- functions of this owner reach.
CREATE TABLE drover.lock (
    name text PRIMARY KEY
);
INSERT INTO drover.lock (name) VALUES ('define_vm'), ('relabel_vm'), ('plan'), ('reports');

CREATE FUNCTION drover.take_lock(p_name text) RETURNS void
    LANGUAGE plpgsql
    SET search_path = pg_catalog, drover, pg_temp
AS $$
BEGIN
    PERFORM FROM lock l WHERE l.name = p_name FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'there is no lock %', p_name;
    END IF;
END
$$;

-- The same functions as before, but for their lock.
CREATE OR REPLACE FUNCTION drover.ensure_partition(p_at timestamptz) RETURNS void
    LANGUAGE plpgsql
    SET search_path = pg_catalog, drover, pg_temp
AS $$
DECLARE
    v_name text := partition_name(p_at);
    v_hour timestamptz := date_trunc('hour', p_at, 'UTC');
BEGIN
    IF to_regclass('drover.' || v_name) IS NOT NULL THEN
        RETURN;
    END IF;
    PERFORM take_lock('reports');
    EXECUTE format(
        'CREATE TABLE IF NOT EXISTS drover.%I PARTITION OF drover.telemetry_raw FOR VALUES FROM (%L) TO (%L)',
        v_name, v_hour, v_hour + interval '1 hour');
END
$$;

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

CREATE OR REPLACE FUNCTION drover_api.store_plan(p_decision uuid, p_state text, p_moves json, p_expires_at timestamptz)
    RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, drover, pg_temp
AS $$
BEGIN
    PERFORM take_lock('plan');
    IF EXISTS (SELECT FROM plan p WHERE p.decision = p_decision) THEN
        RETURN;
    END IF;
    UPDATE plan SET state = 'superseded', closed_by = 'balancer', closed_at = clock_timestamp()
    WHERE state = 'waiting';
    INSERT INTO plan (decision, state, moves, expires_at) VALUES (p_decision, p_state, p_moves, p_expires_at);
END
$$;

-- An image that is another disk's base must not be written, and a disk must not be another's base.
ALTER TABLE drover.disk ADD COLUMN base text;
UPDATE drover.disk d SET base = n.disk -> 'base' ->> 'image'
FROM drover.vm v, jsonb_array_elements(v.definition -> 'disks') AS n (disk)
WHERE v.id = d.vm AND n.disk ->> 'id' = d.disk;
CREATE INDEX disk_by_base ON drover.disk (base) WHERE base IS NOT NULL;

-- For people: an image of the machine that another disk names too, as its image or as its base; null when there is none.
CREATE FUNCTION drover.image_named_twice(p_vm uuid) RETURNS text
    LANGUAGE sql STABLE
    SET search_path = pg_catalog, drover, pg_temp
AS $$
    SELECT format(
        'image %s of machine %s is %s of machine %s',
        CASE WHEN o.image = d.base THEN d.base ELSE d.image END, v.name,
        CASE WHEN o.image = d.base THEN 'a disk' ELSE 'the base of a disk' END, w.name)
    FROM disk d JOIN vm v ON v.id = d.vm
    JOIN disk o ON o.image = d.base OR o.base = d.image
    JOIN vm w ON w.id = o.vm
    WHERE d.vm = p_vm
    ORDER BY d.disk LIMIT 1
$$;

CREATE OR REPLACE FUNCTION drover_api.define_vm(p_definition jsonb, p_owner text) RETURNS drover_api.definition_answer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, drover, pg_temp
AS $$
DECLARE
    v_id uuid := (p_definition ->> 'id')::uuid;
    v_name text := p_definition ->> 'name';
    v_image text;
BEGIN
    IF NOT EXISTS (SELECT FROM host h WHERE h.host = p_owner) THEN
        RETURN (false, 'owner', format('no host %s is known', p_owner))::drover_api.definition_answer;
    END IF;
    -- One at a time: names and images are compared with those of every machine.
    PERFORM take_lock('define_vm');
    IF EXISTS (SELECT FROM vm v WHERE v.id = v_id) THEN
        RETURN (false, 'id', format('a machine %s is there already', v_id))::drover_api.definition_answer;
    ELSIF EXISTS (SELECT FROM vm v WHERE v.name = v_name) THEN
        RETURN (false, 'name', format('a machine %s is there already', v_name))::drover_api.definition_answer;
    END IF;
    SELECT d.image INTO v_image FROM disk d
    WHERE d.image IN (SELECT n.disk ->> 'image' FROM jsonb_array_elements(p_definition -> 'disks') AS n (disk)) LIMIT 1;
    IF FOUND THEN
        RETURN (false, 'disks', format('image %s belongs to another machine', v_image))::drover_api.definition_answer;
    END IF;
    SELECT n.disk -> 'base' ->> 'image' INTO v_image
    FROM jsonb_array_elements(p_definition -> 'disks') AS n (disk)
    WHERE n.disk -> 'base' ->> 'image' IN (
        SELECT d.image FROM disk d
        UNION ALL SELECT o.disk ->> 'image' FROM jsonb_array_elements(p_definition -> 'disks') AS o (disk)) LIMIT 1;
    IF FOUND THEN
        RETURN (false, 'disks', format('base %s is a disk of a machine', v_image))::drover_api.definition_answer;
    END IF;
    SELECT d.base INTO v_image FROM disk d
    WHERE d.base IN (SELECT n.disk ->> 'image' FROM jsonb_array_elements(p_definition -> 'disks') AS n (disk)) LIMIT 1;
    IF FOUND THEN
        RETURN (false, 'disks', format('image %s is the base of another machine''s disk', v_image))
            ::drover_api.definition_answer;
    END IF;
    INSERT INTO vm (id, name, owner_host, definition, memory_bytes)
    VALUES (v_id, v_name, p_owner, p_definition, (p_definition ->> 'memory_bytes')::bigint);
    INSERT INTO disk (vm, disk, role, image, base)
    SELECT v_id, n.disk ->> 'id', lower(n.disk ->> 'role'), n.disk ->> 'image', n.disk -> 'base' ->> 'image'
    FROM jsonb_array_elements(p_definition -> 'disks') AS n (disk);
    RETURN (true, NULL, NULL)::drover_api.definition_answer;
END
$$;
