-- Text of somebody's for people: no control characters, and not longer than this.
CREATE OR REPLACE FUNCTION drover.printable(p_text text, p_most integer) RETURNS text
    LANGUAGE sql IMMUTABLE
    SET search_path = pg_catalog, drover, pg_temp
AS $$
    SELECT left(regexp_replace(p_text, '[[:cntrl:]\u0080-\u009F]+', ' ', 'g'), p_most)
$$;
