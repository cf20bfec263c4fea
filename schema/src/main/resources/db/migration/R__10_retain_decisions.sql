-- Each decision holds the whole fleet as it was seen: those that moved nothing go after a day, the others after thirty.
-- A plan goes with its decision, one that still waits stays.
CREATE OR REPLACE FUNCTION drover.retain_decisions(p_now timestamptz) RETURNS void
    LANGUAGE plpgsql
    SET search_path = pg_catalog, drover, pg_temp
AS $$
DECLARE
    v_old uuid[];
BEGIN
    SELECT array_agg(d.id) INTO v_old FROM decision d
    WHERE d.at < p_now - CASE WHEN d.moves = '{}' THEN interval '1 day' ELSE interval '30 days' END
    AND NOT EXISTS (
        SELECT FROM plan p WHERE p.decision = d.id AND p.state = 'waiting' AND p.expires_at > p_now
    );
    DELETE FROM plan p WHERE p.decision = ANY (v_old);
    DELETE FROM decision d WHERE d.id = ANY (v_old);
END
$$;
