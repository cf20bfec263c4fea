-- p_facts: HostFacts in JSON. The bounds are far above any host there is (65536 cores, 1 PiB of memory, 1 EiB of images, 10 TB
-- a second): they keep sums finite and a boast from drawing VMs.
CREATE OR REPLACE FUNCTION drover_api.register_host(p_host text, p_facts jsonb) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, drover, pg_temp
AS $$
BEGIN
    INSERT INTO host (
        host, peer_address, hypervisor, cpu_cores, memory_bytes,
        images_bytes, images_free_bytes, link_bytes_per_second, broker_trouble, drover_version, last_seen)
    VALUES (
        require_host(p_host), plain(p_facts, 'peer_address', 300), plain(p_facts, 'hypervisor', 200),
        bounded(p_facts, 'cpu_cores', 0.001, 65536), bounded(p_facts, 'memory_bytes', 0, 1::bigint << 50),
        bounded(p_facts, 'images_bytes', 0, 1::bigint << 60), bounded(p_facts, 'images_free_bytes', 0, 1::bigint << 60),
        bounded(p_facts, 'link_bytes_per_second', 1, 10000000000000),
        -- Words of a foreign program: made to fit rather than refused, for a host must not vanish over them.
        nullif(left(regexp_replace(p_facts ->> 'broker_trouble', '[[:cntrl:]\u0080-\u009F]+', ' ', 'g'), 500), ''),
        -- Workers of before say nothing of it.
        CASE WHEN p_facts ->> 'drover_version' IS NOT NULL THEN plain(p_facts, 'drover_version', 100) END,
        clock_timestamp())
    ON CONFLICT (host) DO UPDATE
    SET peer_address = excluded.peer_address,
        hypervisor = excluded.hypervisor,
        cpu_cores = excluded.cpu_cores,
        memory_bytes = excluded.memory_bytes,
        images_bytes = excluded.images_bytes,
        images_free_bytes = excluded.images_free_bytes,
        link_bytes_per_second = excluded.link_bytes_per_second,
        broker_trouble = excluded.broker_trouble,
        drover_version = excluded.drover_version,
        last_seen = excluded.last_seen;
    UPDATE host_session s SET last_seen = clock_timestamp() WHERE s.host = p_host;
END
$$;

GRANT EXECUTE ON FUNCTION drover_api.register_host(text, jsonb) TO drover_worker;
