-- Why the caller may not act as the source with this attempt, or null. The migration must be locked.
CREATE OR REPLACE FUNCTION drover.refuse_source(p_migration drover.migration, p_attempt integer) RETURNS text
    LANGUAGE sql STABLE
    SET search_path = pg_catalog, drover, pg_temp
AS $$
    SELECT CASE
        WHEN (p_migration).source IS DISTINCT FROM caller_host() THEN 'no migration with this host as its source'
        WHEN (p_migration).attempt <> p_attempt
            THEN format('attempt %s is over; the current one is %s', p_attempt, (p_migration).attempt)
    END
$$;
