CREATE OR REPLACE FUNCTION drover_api.step_undone(p_id uuid, p_attempt integer, p_step text) RETURNS drover_api.outcome
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, drover, pg_temp
AS $$
DECLARE
    v_refusal text := refuse_journal(p_id, p_attempt);
BEGIN
    IF v_refusal IS NOT NULL THEN
        RETURN refused(v_refusal);
    END IF;
    UPDATE migration_step s
    SET undone_at = coalesce(s.undone_at, clock_timestamp()), attempt = p_attempt
    WHERE s.migration = p_id AND s.host = caller_host() AND s.step = p_step;
    RETURN CASE WHEN FOUND THEN done() ELSE refused(format('step %s was never intended', p_step)) END;
END
$$;

GRANT EXECUTE ON FUNCTION drover_api.step_undone(uuid, integer, text) TO drover_worker;
