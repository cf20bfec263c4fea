-- Of the source alone, with its current attempt; said again: done.
CREATE OR REPLACE FUNCTION drover_api.transition_migration(p_id uuid, p_attempt integer, p_to text, p_reason text)
    RETURNS drover_api.outcome
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, drover, pg_temp
AS $$
DECLARE
    v_migration migration := lock_migration(p_id);
    v_refusal text := refuse_source(v_migration, p_attempt);
BEGIN
    IF v_refusal IS NOT NULL THEN
        RETURN refused(v_refusal);
    END IF;
    IF v_migration.state = p_to OR change_state(p_id, p_to, 'source', v_migration.source, p_reason) THEN
        RETURN done();
    END IF;
    RETURN refused(format('the source may not turn %s into %s', v_migration.state, p_to));
END
$$;

GRANT EXECUTE ON FUNCTION drover_api.transition_migration(uuid, integer, text, text) TO drover_worker;
