-- One living worker speaks for a host. Its session stands here; its connections carry the session's id in the setting
-- drover.session, and every function of a host's role asks caller_host(), which compares the two. A copied state folder, a
-- cloned host or a second worker has another identity and is refused until a person says otherwise.
CREATE TABLE drover.host_session (
    host         text PRIMARY KEY REFERENCES drover.host_role (host),
    -- Null after a takeover: nobody speaks for the host until the next worker comes.
    session      uuid,
    machine_id   text NOT NULL,
    boot_id      text NOT NULL,
    state_folder text NOT NULL,
    address      text NOT NULL,
    started_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    last_seen    timestamptz NOT NULL DEFAULT clock_timestamp()
) WITH (fillfactor = 50);

-- What people decided, and from whom they took the host.
CREATE TABLE drover.host_takeover (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    host         text NOT NULL,
    at           timestamptz NOT NULL DEFAULT clock_timestamp(),
    requested_by text NOT NULL,
    login        name NOT NULL DEFAULT session_user,
    reason       text NOT NULL,
    taken_from   text NOT NULL
);
CREATE INDEX host_takeover_by_time ON drover.host_takeover (at);

-- The host that the login is for, whichever session; raises for anybody else.
CREATE FUNCTION drover.login_host() RETURNS text
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, drover, pg_temp
AS $$
DECLARE
    v_host text;
BEGIN
    SELECT r.host INTO v_host FROM host_role r WHERE r.role_name = session_user;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'role % speaks for no host', session_user USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN v_host;
END
$$;

-- A session's worker for people.
CREATE FUNCTION drover.name_worker(p_machine_id text, p_boot_id text, p_state_folder text, p_address text) RETURNS text
    LANGUAGE sql IMMUTABLE
    SET search_path = pg_catalog, drover, pg_temp
AS $$
    SELECT format('the worker at %s on machine %s (boot %s, state folder %s)',
        p_address, p_machine_id, left(p_boot_id, 8), p_state_folder)
$$;

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

CREATE OR REPLACE FUNCTION drover.require_host(p_host text) RETURNS text
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, drover, pg_temp
AS $$
BEGIN
    IF login_host() <> p_host THEN
        RAISE EXCEPTION 'role % speaks for host %, not for %', session_user, login_host(), p_host
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN caller_host();
END
$$;

-- verdict: open; living (the same folder after another boot, whose worker was heard of a moment ago: ask again); other
-- (another machine or folder holds the host); taken (a person took the host from this very worker). holder: who, for people.
CREATE TYPE drover_api.session_answer AS (
    verdict   text,
    holder    text,
    last_seen timestamptz
);

-- Opens the session whose id is the connection's drover.session, unless somebody else holds the host. The same folder of
-- the same boot follows at once: its file lock has excluded two already.
CREATE FUNCTION drover_api.open_session(
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
    END IF;
    RETURN (
        v_verdict,
        name_worker(v_held.machine_id, v_held.boot_id, v_held.state_folder, v_held.address),
        v_held.last_seen)::drover_api.session_answer;
END
$$;

-- A person's word that the worker which holds a host is gone or shall go: it is shut out, and the next one of another
-- identity is let in. Said again before one came: whoever comes first is let in, the old one too. Returns from whom the host
-- was taken, for people; null when nobody ever spoke for it.
CREATE FUNCTION drover_api.takeover_host(p_host text, p_by text, p_reason text) RETURNS text
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

CREATE VIEW drover_api.host_sessions AS
SELECT s.host, s.machine_id, s.boot_id, s.state_folder, s.address, s.started_at, s.last_seen
FROM drover.host_session s
WHERE s.session IS NOT NULL;

CREATE VIEW drover_api.host_takeovers AS
SELECT t.id, t.host, t.at, t.requested_by, t.login, t.reason, t.taken_from FROM drover.host_takeover t;

GRANT EXECUTE ON FUNCTION drover_api.open_session(text, text, text, text, text) TO drover_worker;
GRANT EXECUTE ON FUNCTION drover_api.takeover_host(text, text, text) TO drover_scheduler;
GRANT SELECT ON drover_api.host_sessions, drover_api.host_takeovers TO drover_scheduler;
