-- Defines a VM (VmDefinition in JSON), stopped, on a host.
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
    -- One at a time: names and images are compared with those of every VM.
    PERFORM take_lock('define_vm');
    IF EXISTS (SELECT FROM vm v WHERE v.id = v_id) THEN
        RETURN (false, 'id', format('a VM %s is there already', v_id))::drover_api.definition_answer;
    ELSIF EXISTS (SELECT FROM vm v WHERE v.name = v_name) THEN
        RETURN (false, 'name', format('a VM %s is there already', v_name))::drover_api.definition_answer;
    END IF;
    SELECT d.image INTO v_image FROM disk d
    WHERE d.image IN (SELECT n.disk ->> 'image' FROM jsonb_array_elements(p_definition -> 'disks') AS n (disk)) LIMIT 1;
    IF FOUND THEN
        RETURN (false, 'disks', format('image %s belongs to another VM', v_image))::drover_api.definition_answer;
    END IF;
    SELECT n.disk -> 'base' ->> 'image' INTO v_image
    FROM jsonb_array_elements(p_definition -> 'disks') AS n (disk)
    WHERE n.disk -> 'base' ->> 'image' IN (
        SELECT d.image FROM disk d
        UNION ALL SELECT o.disk ->> 'image' FROM jsonb_array_elements(p_definition -> 'disks') AS o (disk)) LIMIT 1;
    IF FOUND THEN
        RETURN (false, 'disks', format('base %s is a disk of a VM', v_image))::drover_api.definition_answer;
    END IF;
    SELECT d.base INTO v_image FROM disk d
    WHERE d.base IN (SELECT n.disk ->> 'image' FROM jsonb_array_elements(p_definition -> 'disks') AS n (disk)) LIMIT 1;
    IF FOUND THEN
        RETURN (false, 'disks', format('image %s is the base of another VM''s disk', v_image))
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

GRANT EXECUTE ON FUNCTION drover_api.define_vm(jsonb, text) TO drover_scheduler;
