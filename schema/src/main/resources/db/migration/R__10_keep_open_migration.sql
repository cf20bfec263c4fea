-- Steps, progress and transitions go with their migration, and a migration goes only when it has ended: that is the one way
-- in which the log of transitions loses a row.
CREATE OR REPLACE FUNCTION drover.keep_open_migration() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path = pg_catalog, drover, pg_temp
AS $$
BEGIN
    IF OLD.ended_at IS NULL THEN
        RAISE EXCEPTION 'migration % has not ended', OLD.id USING ERRCODE = 'check_violation';
    END IF;
    RETURN OLD;
END
$$;
CREATE OR REPLACE TRIGGER migration_kept_while_open
    BEFORE DELETE ON drover.migration
    FOR EACH ROW EXECUTE FUNCTION drover.keep_open_migration();
