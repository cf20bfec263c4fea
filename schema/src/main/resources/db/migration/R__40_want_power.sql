-- False when no such VM is known.
CREATE OR REPLACE FUNCTION drover_api.want_power(p_vm uuid, p_power text) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, drover, pg_temp
AS $$
DECLARE
    v_owner text;
BEGIN
    UPDATE vm v SET wanted_power = p_power WHERE v.id = p_vm RETURNING v.owner_host INTO v_owner;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    PERFORM post_cast(
        v_owner,
        CASE p_power WHEN 'running' THEN 'start_vm' ELSE 'stop_vm' END,
        jsonb_build_object('vm', p_vm),
        NULL);
    RETURN true;
END
$$;

GRANT EXECUTE ON FUNCTION drover_api.want_power(uuid, text) TO drover_scheduler;
