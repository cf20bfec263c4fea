-- Why the caller may not write its journal of a migration, or null. Locks the migration's row against a new claim.
CREATE OR REPLACE FUNCTION drover.refuse_journal(p_id uuid, p_attempt integer) RETURNS text
    LANGUAGE plpgsql
    SET search_path = pg_catalog, drover, pg_temp
AS $$
DECLARE
    v_migration migration;
BEGIN
    SELECT m.* INTO v_migration FROM migration m WHERE m.id = p_id FOR SHARE;
    IF v_migration.id IS NULL OR caller_host() NOT IN (v_migration.source, v_migration.destination) THEN
        RETURN 'no migration with this host as an end';
    ELSIF v_migration.attempt <> p_attempt THEN
        RETURN format('attempt %s is over; the current one is %s', p_attempt, v_migration.attempt);
    END IF;
    RETURN NULL;
END
$$;
