-- Closes a plan that waits and has not expired: approved, with the migrations that follow in the same transaction, rejected, or
-- superseded when there is nothing to move any more. False: it does not wait (any more), and nothing was changed. Whoever asks
-- second waits for the first.
CREATE OR REPLACE FUNCTION drover_api.close_plan(p_decision uuid, p_state text, p_by text, p_migrations uuid[])
    RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, drover, pg_temp
AS $$
BEGIN
    IF p_state NOT IN ('approved', 'rejected', 'superseded') THEN
        RAISE EXCEPTION 'state: % closes no plan', p_state;
    END IF;
    UPDATE plan p SET state = p_state, closed_by = p_by, closed_at = clock_timestamp()
    WHERE p.decision = p_decision AND p.state = 'waiting' AND p.expires_at > clock_timestamp();
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    UPDATE decision d SET moves = p_migrations WHERE d.id = p_decision;
    RETURN true;
END
$$;

GRANT EXECUTE ON FUNCTION drover_api.close_plan(uuid, text, text, uuid[]) TO drover_scheduler;
