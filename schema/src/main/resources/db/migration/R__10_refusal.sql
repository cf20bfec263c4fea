-- kind is a Failure.Kind in lower case.
CREATE OR REPLACE FUNCTION drover.refusal(p_kind text, p_field text, p_message text) RETURNS drover_api.submission
    LANGUAGE sql IMMUTABLE
    SET search_path = pg_catalog, drover, pg_temp
AS $$
    SELECT false, false, p_kind, p_field, p_message
$$;
