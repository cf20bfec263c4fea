CREATE OR REPLACE FUNCTION drover_api.step_done(p_id uuid, p_attempt integer, p_step text, p_evidence json)
    RETURNS drover_api.outcome
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, drover, pg_temp
AS $$
DECLARE
    v_refusal text := refuse_journal(p_id, p_attempt);
BEGIN
    IF v_refusal IS NOT NULL THEN
        RETURN refused(v_refusal);
    ELSIF octet_length(p_evidence::text) > 262144 THEN
        RETURN refused('evidence is longer than 256 KiB');
    ELSIF json_typeof(p_evidence) <> 'object' OR p_evidence::text LIKE '%\\u0000%' THEN
        -- NUL is JSON's, but no text of PostgreSQL's: whoever reads that field would fail.
        RETURN refused('evidence is no JSON object without NUL');
    END IF;
    UPDATE migration_step s
    SET done_at = coalesce(s.done_at, clock_timestamp()),
        evidence = coalesce(s.evidence, p_evidence),
        attempt = p_attempt
    WHERE s.migration = p_id AND s.host = caller_host() AND s.step = p_step AND s.undone_at IS NULL;
    RETURN CASE WHEN FOUND THEN done() ELSE refused(format('step %s is not intended', left(p_step, 70))) END;
END
$$;

GRANT EXECUTE ON FUNCTION drover_api.step_done(uuid, integer, text, json) TO drover_worker;
