-- Why the caller is not the destination that owns the VM at this epoch, or null. The migration must be locked.
CREATE OR REPLACE FUNCTION drover.refuse_destination(p_migration drover.migration, p_vm uuid, p_epoch bigint) RETURNS text
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, drover, pg_temp
AS $$
DECLARE
    v_vm vm;
BEGIN
    IF p_migration.destination IS DISTINCT FROM caller_host() OR p_migration.vm <> p_vm THEN
        RETURN 'no migration of this VM with this host as its destination';
    END IF;
    SELECT v.* INTO v_vm FROM vm v WHERE v.id = p_vm;
    IF v_vm.owner_host <> p_migration.destination OR v_vm.epoch <> p_epoch THEN
        RETURN format('the VM is owned by %s at epoch %s', v_vm.owner_host, v_vm.epoch);
    END IF;
    RETURN NULL;
END
$$;
