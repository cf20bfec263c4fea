-- An RPC cast to the worker of a host.
CREATE OR REPLACE FUNCTION drover.post_cast(p_host text, p_method text, p_args jsonb, p_migration uuid) RETURNS void
    LANGUAGE plpgsql
    SET search_path = pg_catalog, drover, pg_temp
AS $$
BEGIN
    PERFORM post(
        'drover_worker.' || p_host,
        jsonb_build_object('method', p_method, 'version', '1.0', 'args', p_args),
        p_migration);
END
$$;
