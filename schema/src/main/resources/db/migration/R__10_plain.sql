-- A text of a host's facts: some characters, none of control.
CREATE OR REPLACE FUNCTION drover.plain(p_facts jsonb, p_name text, p_most integer) RETURNS text
    LANGUAGE plpgsql IMMUTABLE
    SET search_path = pg_catalog, drover, pg_temp
AS $$
DECLARE
    v_text text := p_facts ->> p_name;
BEGIN
    IF length(v_text) BETWEEN 1 AND p_most AND v_text !~ '[[:cntrl:]\u0080-\u009F]' THEN
        RETURN v_text;
    END IF;
    RAISE EXCEPTION '%: must be 1 to % characters, none of control', p_name, p_most
        USING ERRCODE = 'invalid_parameter_value';
END
$$;
