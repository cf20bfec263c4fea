-- Why the caller may not write its journal of a migration, or null. Locks the migration's row against a new claim.
CREATE FUNCTION drover.refuse_journal(p_id uuid, p_attempt integer) RETURNS text
    LANGUAGE plpgsql
    SET search_path = pg_catalog, drover, pg_temp
AS $$
DECLARE
    v_migration migration;
BEGIN
    SELECT m.* INTO v_migration FROM migration m WHERE m.id = p_id FOR SHARE;
    IF v_migration.id IS NULL OR caller_host() NOT IN (v_migration.source, v_migration.destination) THEN
        RETURN 'no migration with this host as an end';
    ELSIF v_migration.attempt <> p_attempt THEN
        RETURN format('attempt %s is over; the current one is %s', p_attempt, v_migration.attempt);
    END IF;
    RETURN NULL;
END
$$;

-- A new attempt, or a step that was undone, opens the step again; asked again by the same attempt it stays as it is.
CREATE FUNCTION drover_api.intend_step(p_id uuid, p_attempt integer, p_step text) RETURNS drover_api.outcome
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, drover, pg_temp
AS $$
DECLARE
    v_refusal text := refuse_journal(p_id, p_attempt);
BEGIN
    IF v_refusal IS NOT NULL THEN
        RETURN refused(v_refusal);
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

CREATE FUNCTION drover_api.step_done(p_id uuid, p_attempt integer, p_step text, p_evidence json)
    RETURNS drover_api.outcome
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
    SET done_at = coalesce(s.done_at, clock_timestamp()),
        evidence = coalesce(s.evidence, p_evidence),
        attempt = p_attempt
    WHERE s.migration = p_id AND s.host = caller_host() AND s.step = p_step AND s.undone_at IS NULL;
    RETURN CASE WHEN FOUND THEN done() ELSE refused(format('step %s is not intended', p_step)) END;
END
$$;

CREATE FUNCTION drover_api.step_undone(p_id uuid, p_attempt integer, p_step text) RETURNS drover_api.outcome
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

-- The caller's own journal, by the steps' first intents.
CREATE FUNCTION drover_api.journal(p_id uuid) RETURNS SETOF drover.migration_step
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, drover, pg_temp
AS $$
    SELECT s.* FROM migration_step s WHERE s.migration = p_id AND s.host = caller_host() ORDER BY s.id
$$;
