-- Replaces a host's labels, a JSON object of strings. False when no such host is known, or when its labels are no longer
-- p_expected: the caller looks again, so that what it checked is what stands.
CREATE OR REPLACE FUNCTION drover_api.relabel_host(p_host text, p_expected jsonb, p_labels jsonb) RETURNS boolean
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

GRANT EXECUTE ON FUNCTION drover_api.relabel_host(text, jsonb, jsonb) TO drover_scheduler;
