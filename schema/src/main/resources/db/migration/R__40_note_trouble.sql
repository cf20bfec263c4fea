-- Why a VM is not as it is wanted, said by its owner; of any other host or epoch without effect. Null: nothing is in the way.
-- The moment is that at which these words were said first.
CREATE OR REPLACE FUNCTION drover_api.note_vm_trouble(p_vm uuid, p_epoch bigint, p_trouble text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, drover, pg_temp
AS $$
DECLARE
    v_trouble text := printable(p_trouble, 4000);
BEGIN
    UPDATE vm v SET trouble = v_trouble, trouble_since = CASE WHEN v_trouble IS NOT NULL THEN clock_timestamp() END
    WHERE v.id = p_vm AND v.owner_host = caller_host() AND v.epoch = p_epoch AND v.trouble IS DISTINCT FROM v_trouble;
END
$$;

-- Why a migration is tried again, said by its source with the current attempt; of an open one alone. Null: it goes on.
CREATE OR REPLACE FUNCTION drover_api.note_migration_trouble(p_id uuid, p_attempt integer, p_trouble text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, drover, pg_temp
AS $$
DECLARE
    v_trouble text := printable(p_trouble, 4000);
BEGIN
    UPDATE migration m
    SET trouble = v_trouble, trouble_since = CASE WHEN v_trouble IS NOT NULL THEN clock_timestamp() END
    WHERE m.id = p_id AND m.source = caller_host() AND m.attempt = p_attempt AND m.trouble IS DISTINCT FROM v_trouble
    AND m.state NOT IN ('completed', 'rolled_back', 'cancelled', 'rejected');
END
$$;

GRANT EXECUTE ON FUNCTION
    drover_api.note_vm_trouble(uuid, bigint, text),
    drover_api.note_migration_trouble(uuid, integer, text)
TO drover_worker;
