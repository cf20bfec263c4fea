-- The host the session speaks for; raises for anybody else, and DR001 for a worker whose session is over.
CREATE OR REPLACE FUNCTION drover.caller_host() RETURNS text
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, drover, pg_temp
AS $$
DECLARE
    v_host text := login_host();
    v_held host_session;
BEGIN
    SELECT s.* INTO v_held FROM host_session s WHERE s.host = v_host;
    IF v_held.session::text = current_setting('drover.session', true) THEN
        RETURN v_host;
    END IF;
    RAISE EXCEPTION 'host % is fenced from this worker: %', v_host, CASE
        WHEN v_held.host IS NULL THEN 'it has opened no session'
        WHEN v_held.session IS NULL THEN 'a person took the host over'
        ELSE format('%s speaks for it since %s',
            name_worker(v_held.machine_id, v_held.boot_id, v_held.state_folder, v_held.address), iso(v_held.started_at))
        END
        USING ERRCODE = 'DR001';
END
$$;
