-- The one place that changes a state. The migration must be locked. False: not allowed.
CREATE OR REPLACE FUNCTION drover.change_state(p_id uuid, p_to text, p_via text, p_actor text, p_reason text) RETURNS boolean
    LANGUAGE plpgsql
    SET search_path = pg_catalog, drover, pg_temp
AS $$
DECLARE
    v_from text := (SELECT m.state FROM migration m WHERE m.id = p_id);
    v_migration migration;
    v_terminal boolean := (SELECT s.terminal FROM migration_state s WHERE s.state = p_to);
    v_reason text := printable(p_reason, 4000);
BEGIN
    IF NOT EXISTS (
        SELECT FROM allowed_transition t WHERE t.from_state = v_from AND t.to_state = p_to AND t.via = p_via
    ) THEN
        RETURN false;
    END IF;
    UPDATE migration m
    SET state = p_to,
        reason = coalesce(v_reason, m.reason),
        trouble = NULL,
        trouble_since = NULL,
        lease_until = CASE WHEN v_terminal THEN NULL ELSE m.lease_until END,
        ended_at = CASE WHEN v_terminal THEN clock_timestamp() END
    WHERE m.id = p_id
    RETURNING m.* INTO v_migration;
    PERFORM announce(v_migration, v_from, caller(), p_actor, v_reason);
    RETURN true;
END
$$;
