-- Whether the transition stands in the log: by which the winner of an earlier call is known again.
CREATE OR REPLACE FUNCTION drover.stands(p_migration uuid, p_to text, p_attempt integer, p_actor text) RETURNS boolean
    LANGUAGE sql STABLE
    SET search_path = pg_catalog, drover, pg_temp
AS $$
    SELECT EXISTS (
        SELECT FROM migration_transition t
        WHERE t.migration = p_migration AND t.to_state = p_to
        AND t.attempt = coalesce(p_attempt, t.attempt) AND t.actor = p_actor)
$$;
