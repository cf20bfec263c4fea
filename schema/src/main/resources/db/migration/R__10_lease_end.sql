-- A lease of more than an hour would only hide that nobody works.
CREATE OR REPLACE FUNCTION drover.lease_end(p_lease interval) RETURNS timestamptz
    LANGUAGE sql VOLATILE
    SET search_path = pg_catalog, drover, pg_temp
AS $$
    SELECT clock_timestamp() + least(p_lease, interval '1 hour')
$$;
