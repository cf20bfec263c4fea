-- A person's word that the worker which holds a host is gone or shall go: it is shut out, and the next one of another
-- identity is let in. Said again before one came: whoever comes first is let in, the old one too. Returns from whom the host
-- was taken, for people; null when nobody ever spoke for it.
CREATE OR REPLACE FUNCTION drover_api.takeover_host(p_host text, p_by text, p_reason text) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, drover, pg_temp
AS $$
DECLARE
    v_held host_session;
    v_from text;
BEGIN
    SELECT s.* INTO v_held FROM host_session s WHERE s.host = p_host FOR UPDATE;
    IF NOT FOUND THEN
        RETURN NULL;
    ELSIF v_held.session IS NULL THEN
        DELETE FROM host_session s WHERE s.host = p_host;
        v_from := 'nobody';
    ELSE
        UPDATE host_session s SET session = NULL WHERE s.host = p_host;
        v_from := name_worker(v_held.machine_id, v_held.boot_id, v_held.state_folder, v_held.address);
    END IF;
    INSERT INTO host_takeover (host, requested_by, reason, taken_from)
    VALUES (p_host, left(p_by, 200), left(p_reason, 1000), v_from);
    RETURN v_from;
END
$$;

GRANT EXECUTE ON FUNCTION drover_api.takeover_host(text, text, text) TO drover_scheduler;
