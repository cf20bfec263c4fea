-- refused: a JSON array, considered: a JSON object or null; both are kept as they are written.
CREATE OR REPLACE FUNCTION drover_api.store_decision(
    p_id uuid, p_at timestamptz, p_strategy text, p_sentence text, p_inputs text, p_refused json, p_moves uuid[],
    p_considered json
) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path = pg_catalog, drover, pg_temp
AS $$
    INSERT INTO decision (id, at, strategy, sentence, inputs, refused, moves, considered)
    VALUES (p_id, p_at, p_strategy, p_sentence, p_inputs, p_refused, p_moves, p_considered)
    ON CONFLICT (id) DO NOTHING
$$;

GRANT EXECUTE ON FUNCTION drover_api.store_decision(uuid, timestamptz, text, text, text, json, uuid[], json) TO drover_scheduler;
