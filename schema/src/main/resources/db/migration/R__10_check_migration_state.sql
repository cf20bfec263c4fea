-- The list above holds whoever writes, this owner included.
CREATE OR REPLACE FUNCTION drover.check_migration_state() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path = pg_catalog, drover, pg_temp
AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'queued' THEN
            RAISE EXCEPTION 'a migration begins as queued, not as %', NEW.state USING ERRCODE = 'check_violation';
        END IF;
    ELSIF NEW.state <> OLD.state AND NOT EXISTS (
        SELECT FROM allowed_transition t WHERE t.from_state = OLD.state AND t.to_state = NEW.state
    ) THEN
        RAISE EXCEPTION 'no transition from % to %', OLD.state, NEW.state USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE OR REPLACE TRIGGER migration_state_checked
    BEFORE INSERT OR UPDATE OF state ON drover.migration
    FOR EACH ROW EXECUTE FUNCTION drover.check_migration_state();
