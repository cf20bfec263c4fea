-- Opens the session whose id is the connection's drover.session, unless somebody else holds the host. The same folder of
-- the same boot follows at once: its file lock has excluded two already.
CREATE OR REPLACE FUNCTION drover_api.open_session(
    p_host text, p_machine_id text, p_boot_id text, p_state_folder text, p_address text
) RETURNS drover_api.session_answer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, drover, pg_temp
AS $$
DECLARE
    v_session uuid := current_setting('drover.session')::uuid;
    v_held host_session;
    v_same boolean;
    v_verdict text := 'open';
BEGIN
    IF login_host() <> p_host THEN
        RAISE EXCEPTION 'role % speaks for host %, not for %', session_user, login_host(), p_host
            USING ERRCODE = 'insufficient_privilege';
    ELSIF length(p_machine_id) > 100 OR length(p_boot_id) > 100 OR length(p_state_folder) > 4200
        OR length(p_address) > 300 OR p_machine_id || p_boot_id || p_state_folder || p_address ~ '[[:cntrl:]]' THEN
        RAISE EXCEPTION 'a worker''s identity has control characters or is too long'
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
    INSERT INTO host_session (host, session, machine_id, boot_id, state_folder, address)
    VALUES (p_host, v_session, p_machine_id, p_boot_id, p_state_folder, p_address)
    ON CONFLICT (host) DO NOTHING;
    SELECT s.* INTO v_held FROM host_session s WHERE s.host = p_host FOR UPDATE;
    v_same := v_held.machine_id = p_machine_id AND v_held.state_folder = p_state_folder;
    IF v_held.session IS NULL AND v_same THEN
        v_verdict := 'taken';
    ELSIF v_held.session IS NOT NULL AND NOT v_same THEN
        v_verdict := 'other';
    ELSIF v_held.session <> v_session AND v_held.boot_id <> p_boot_id
        AND v_held.last_seen > clock_timestamp() - interval '30 seconds' THEN
        v_verdict := 'living';
    ELSE
        UPDATE host_session s
        SET session = v_session, machine_id = p_machine_id, boot_id = p_boot_id, state_folder = p_state_folder,
            address = p_address, started_at = clock_timestamp(), last_seen = clock_timestamp()
        WHERE s.host = p_host;
        PERFORM end_vacating(p_host);
    END IF;
    RETURN (
        v_verdict,
        name_worker(v_held.machine_id, v_held.boot_id, v_held.state_folder, v_held.address),
        v_held.last_seen)::drover_api.session_answer;
END
$$;

GRANT EXECUTE ON FUNCTION drover_api.open_session(text, text, text, text, text) TO drover_worker;
