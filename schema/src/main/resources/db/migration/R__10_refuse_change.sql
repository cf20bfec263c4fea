-- migration_transition is append-only twice: the functions' owner has no right to change a row, and this stops whoever has.
CREATE OR REPLACE FUNCTION drover.refuse_change() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path = pg_catalog, drover, pg_temp
AS $$
BEGIN
    -- Deeper than this trigger alone: the deletion of a migration cascades.
    IF TG_OP = 'DELETE' AND pg_trigger_depth() > 1 THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE OR REPLACE TRIGGER migration_transition_append_only
    BEFORE UPDATE OR DELETE OR TRUNCATE ON drover.migration_transition
    FOR EACH STATEMENT EXECUTE FUNCTION drover.refuse_change();
