-- A JSON number within 0 and 10^18, which sums and bigint hold; anything else is null.
CREATE OR REPLACE FUNCTION drover.number(p_value jsonb) RETURNS numeric
    LANGUAGE sql IMMUTABLE
    SET search_path = pg_catalog, drover, pg_temp
AS $$
    SELECT CASE WHEN jsonb_typeof(p_value) = 'number'
        THEN least(greatest(p_value::numeric, 0), 1000000000000000000) END
$$;

GRANT EXECUTE ON FUNCTION drover.number(jsonb) TO drover_scheduler;
