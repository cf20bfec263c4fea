-- A number of a host's facts within its bounds; names the fact where it is not. NaN is above every number here.
CREATE OR REPLACE FUNCTION drover.bounded(p_facts jsonb, p_name text, p_least numeric, p_most numeric) RETURNS numeric
    LANGUAGE plpgsql IMMUTABLE
    SET search_path = pg_catalog, drover, pg_temp
AS $$
DECLARE
    v_number numeric;
BEGIN
    IF jsonb_typeof(p_facts -> p_name) = 'number' THEN
        v_number := (p_facts -> p_name)::numeric;
    END IF;
    IF v_number BETWEEN p_least AND p_most THEN
        RETURN v_number;
    END IF;
    RAISE EXCEPTION '%: % is not a number from % to %', p_name, left(p_facts ->> p_name, 40), p_least, p_most
        USING ERRCODE = 'invalid_parameter_value';
END
$$;
