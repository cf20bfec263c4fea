CREATE OR REPLACE FUNCTION drover_api.record_arrived(p_vm uuid, p_migration uuid, p_epoch bigint) RETURNS drover_api.outcome
    LANGUAGE sql SECURITY DEFINER
    SET search_path = pg_catalog, drover, pg_temp
AS $$
    SELECT arrive(p_vm, p_migration, p_epoch, NULL)
$$;

GRANT EXECUTE ON FUNCTION drover_api.record_arrived(uuid, uuid, bigint) TO drover_worker;
