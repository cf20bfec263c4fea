-- Memory that a host can still promise, in bytes; numeric, since no sum may overflow. A VM counts where it is owned, unless
-- it is stopped and not wanted otherwise: one that is paused, suspended or failed has its memory all the same. A migration under
-- way counts at that end which does not own the VM: promised at the destination, spare at the source.
CREATE OR REPLACE FUNCTION drover.free_memory_bytes(p_host text) RETURNS numeric
    LANGUAGE sql STABLE
    SET search_path = pg_catalog, drover, pg_temp
AS $$
    SELECT h.memory_bytes::numeric
        - (SELECT coalesce(sum(v.memory_bytes), 0) FROM vm v
            WHERE v.owner_host = p_host AND (v.power <> 'stopped' OR v.wanted_power = 'running'))
        - (SELECT coalesce(sum(m.reserved_memory_bytes), 0) FROM migration m JOIN vm v ON v.id = m.vm
            WHERE p_host IN (m.source, m.destination)
            AND v.owner_host <> p_host
            AND m.state NOT IN ('completed', 'rolled_back', 'cancelled', 'rejected')
            AND (p_host = m.source OR is_reserved(m)))
    FROM host h
    WHERE h.host = p_host
$$;
