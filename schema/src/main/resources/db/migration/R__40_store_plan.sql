-- Stores the plan of a decision that is stored; again: no effect. An older one that waits is superseded.
CREATE OR REPLACE FUNCTION drover_api.store_plan(p_decision uuid, p_state text, p_moves json, p_expires_at timestamptz)
    RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, drover, pg_temp
AS $$
BEGIN
    PERFORM take_lock('plan');
    IF EXISTS (SELECT FROM plan p WHERE p.decision = p_decision) THEN
        RETURN;
    END IF;
    UPDATE plan SET state = 'superseded', closed_by = 'balancer', closed_at = clock_timestamp()
    WHERE state = 'waiting';
    INSERT INTO plan (decision, state, moves, expires_at) VALUES (p_decision, p_state, p_moves, p_expires_at);
END
$$;

GRANT EXECUTE ON FUNCTION drover_api.store_plan(uuid, text, json, timestamptz) TO drover_scheduler;
