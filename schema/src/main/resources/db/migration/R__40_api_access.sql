-- False: the name is taken.
CREATE OR REPLACE FUNCTION drover_api.create_token(
    p_name text, p_hash bytea, p_role text, p_expires_at timestamptz, p_by text
) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, drover, pg_temp
AS $$
BEGIN
    INSERT INTO api_token (name, hash, role, expires_at, created_by)
    VALUES (p_name, p_hash, p_role, p_expires_at, p_by)
    ON CONFLICT (name) DO NOTHING;
    RETURN FOUND;
END
$$;

-- The token that was revoked; no row: there is none of this name.
CREATE OR REPLACE FUNCTION drover_api.revoke_token(p_name text) RETURNS SETOF drover_api.api_tokens
    LANGUAGE sql SECURITY DEFINER
    SET search_path = pg_catalog, drover, pg_temp
AS $$
    DELETE FROM api_token t WHERE t.name = p_name
    RETURNING t.name, t.role, t.created_at, t.created_by, t.expires_at
$$;

-- The token of a secret, unless it has expired.
CREATE OR REPLACE FUNCTION drover_api.live_token(p_hash bytea) RETURNS SETOF drover_api.api_tokens
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, drover, pg_temp
AS $$
    SELECT t.name, t.role, t.created_at, t.created_by, t.expires_at
    FROM api_token t
    WHERE t.hash = p_hash AND (t.expires_at IS NULL OR t.expires_at > clock_timestamp())
$$;

-- Of the body its beginning, in which everything but a VM's definition has room.
CREATE OR REPLACE FUNCTION drover_api.begin_audit(
    p_caller text, p_role text, p_address text, p_method text, p_path text, p_body text
) RETURNS bigint
    LANGUAGE sql SECURITY DEFINER
    SET search_path = pg_catalog, drover, pg_temp
AS $$
    INSERT INTO api_audit (caller, role, address, method, path, body)
    VALUES (p_caller, p_role, p_address, p_method, left(p_path, 1000), left(p_body, 2000))
    RETURNING id
$$;

CREATE OR REPLACE FUNCTION drover_api.end_audit(p_id bigint, p_status integer) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path = pg_catalog, drover, pg_temp
AS $$
    UPDATE api_audit a SET status = p_status, ended_at = clock_timestamp() WHERE a.id = p_id AND a.status IS NULL
$$;

GRANT EXECUTE ON FUNCTION
    drover_api.create_token(text, bytea, text, timestamptz, text),
    drover_api.revoke_token(text),
    drover_api.live_token(bytea),
    drover_api.begin_audit(text, text, text, text, text, text),
    drover_api.end_audit(bigint, integer)
TO drover_scheduler;
