-- Held until the transaction ends; see lock.
CREATE OR REPLACE FUNCTION drover.take_lock(p_name text) RETURNS void
    LANGUAGE plpgsql
    SET search_path = pg_catalog, drover, pg_temp
AS $$
BEGIN
    PERFORM FROM lock l WHERE l.name = p_name FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'there is no lock %', p_name;
    END IF;
END
$$;
