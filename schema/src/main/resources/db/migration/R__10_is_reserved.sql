-- Whether a migration still holds its place at a destination that does not own the VM yet: until ten minutes after its
-- deadline, after it was to be cancelled, or after a week. A source that never ends it keeps nobody out for longer; the
-- destination's worker itself looks at what it really has before it prepares anything.
CREATE OR REPLACE FUNCTION drover.is_reserved(p_migration drover.migration) RETURNS boolean
    LANGUAGE sql STABLE
    SET search_path = pg_catalog, drover, pg_temp
AS $$
    SELECT clock_timestamp() < interval '10 minutes' + least(
        p_migration.deadline, p_migration.cancel_requested_at, p_migration.created_at + interval '7 days')
$$;

GRANT EXECUTE ON FUNCTION drover.is_reserved(drover.migration) TO drover_scheduler;
