-- Locks a migration and its VM, in the order vm, migration, host that everything here keeps, and returns the
-- migration; a row of nulls when there is none. A worker can lock only where its host is an end.
CREATE OR REPLACE FUNCTION drover.lock_migration(p_id uuid) RETURNS drover.migration
    LANGUAGE plpgsql
    SET search_path = pg_catalog, drover, pg_temp
AS $$
DECLARE
    v_migration migration;
BEGIN
    -- FOR NO KEY UPDATE: foreign keys to a locked row must not wait, or two submissions could wait for each other.
    PERFORM FROM vm v
    WHERE v.id = (
        SELECT m.vm FROM migration m WHERE m.id = p_id AND caller() IN ('scheduler', m.source, m.destination))
    FOR NO KEY UPDATE;
    IF FOUND THEN
        SELECT m.* INTO v_migration FROM migration m WHERE m.id = p_id FOR NO KEY UPDATE;
    END IF;
    RETURN v_migration;
END
$$;
