-- The two kinds of drover_api.outcome.
CREATE OR REPLACE FUNCTION drover.done() RETURNS drover_api.outcome
    LANGUAGE sql IMMUTABLE
    SET search_path = pg_catalog, drover, pg_temp
AS $$
    SELECT true, ''::text
$$;

CREATE OR REPLACE FUNCTION drover.refused(p_why text) RETURNS drover_api.outcome
    LANGUAGE sql IMMUTABLE
    SET search_path = pg_catalog, drover, pg_temp
AS $$
    SELECT false, p_why
$$;
