-- A session's worker for people.
CREATE OR REPLACE FUNCTION drover.name_worker(p_machine_id text, p_boot_id text, p_state_folder text, p_address text) RETURNS text
    LANGUAGE sql IMMUTABLE
    SET search_path = pg_catalog, drover, pg_temp
AS $$
    SELECT format('the worker at %s on machine %s (boot %s, state folder %s)',
        p_address, p_machine_id, left(p_boot_id, 8), p_state_folder)
$$;
