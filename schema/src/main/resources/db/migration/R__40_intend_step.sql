-- A new attempt, or a step that was undone, opens the step again; asked again by the same attempt it stays as it is. A journal
-- has at most 64 steps of a host, each with a name that is one.
CREATE OR REPLACE FUNCTION drover_api.intend_step(p_id uuid, p_attempt integer, p_step text) RETURNS drover_api.outcome
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, drover, pg_temp
AS $$
DECLARE
    v_refusal text := refuse_journal(p_id, p_attempt);
BEGIN
    IF v_refusal IS NOT NULL THEN
        RETURN refused(v_refusal);
    ELSIF p_step !~ '^[a-z][a-z0-9-]{0,62}$' THEN
        RETURN refused(format('%s is not the name of a step', left(printable(p_step, 70), 70)));
    ELSIF (SELECT count(*) FROM migration_step s
        WHERE s.migration = p_id AND s.host = caller_host() AND s.step <> p_step) >= 64 THEN
        RETURN refused('a journal has at most 64 steps');
    END IF;
    INSERT INTO migration_step AS s (migration, host, step, attempt, intended_at)
    VALUES (p_id, caller_host(), p_step, p_attempt, clock_timestamp())
    ON CONFLICT (migration, host, step) DO UPDATE
    SET attempt = excluded.attempt,
        intended_at = excluded.intended_at,
        done_at = NULL,
        undone_at = NULL,
        evidence = NULL
    WHERE s.attempt <> excluded.attempt OR s.undone_at IS NOT NULL;
    RETURN done();
END
$$;

GRANT EXECUTE ON FUNCTION drover_api.intend_step(uuid, integer, text) TO drover_worker;
