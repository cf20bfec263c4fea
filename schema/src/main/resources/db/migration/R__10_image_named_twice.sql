-- For people: an image of the VM that another disk names too, as its image or as its base; null when there is none.
CREATE OR REPLACE FUNCTION drover.image_named_twice(p_vm uuid) RETURNS text
    LANGUAGE sql STABLE
    SET search_path = pg_catalog, drover, pg_temp
AS $$
    SELECT format(
        'image %s of VM %s is %s of VM %s',
        CASE WHEN o.image = d.base THEN d.base ELSE d.image END, v.name,
        CASE WHEN o.image = d.base THEN 'a disk' ELSE 'the base of a disk' END, w.name)
    FROM disk d JOIN vm v ON v.id = d.vm
    JOIN disk o ON o.image = d.base OR o.base = d.image
    JOIN vm w ON w.id = o.vm
    WHERE d.vm = p_vm
    ORDER BY d.disk LIMIT 1
$$;
