-- What the owner saw its VM do; of any other host or epoch without effect.
CREATE OR REPLACE FUNCTION drover_api.record_power(p_vm uuid, p_epoch bigint, p_power text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, drover, pg_temp
AS $$
BEGIN
    UPDATE vm v SET power = p_power WHERE v.id = p_vm AND v.owner_host = caller_host() AND v.epoch = p_epoch;
END
$$;

GRANT EXECUTE ON FUNCTION drover_api.record_power(uuid, bigint, text) TO drover_worker;
