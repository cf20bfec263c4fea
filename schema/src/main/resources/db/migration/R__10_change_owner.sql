-- Who owns a VM changes here and nowhere else, for the owner's own calls: give_ownership and give_back
-- (docs/architecture.md, Ownership).
CREATE OR REPLACE FUNCTION drover.change_owner(p_vm uuid, p_host text) RETURNS void
    LANGUAGE sql
    SET search_path = pg_catalog, drover, pg_temp
AS $$
    UPDATE vm SET owner_host = p_host, epoch = epoch + 1, trouble = NULL, trouble_since = NULL WHERE id = p_vm
$$;
