-- Why a task cannot be taken, or null. The VM must be locked; locks the destination, last.
CREATE OR REPLACE FUNCTION drover.refuse_task(p_task jsonb, p_caller text) RETURNS drover_api.submission
    LANGUAGE plpgsql
    SET search_path = pg_catalog, drover, pg_temp
AS $$
DECLARE
    v_vm vm;
    v_open migration;
    v_source text := p_task ->> 'source';
    v_destination text := p_task ->> 'destination';
    v_disk text;
    v_needed numeric;
    v_free numeric;
    v_refusal drover_api.submission := refuse_form(p_task);
BEGIN
    IF v_refusal.accepted IS NOT NULL THEN
        RETURN v_refusal;
    END IF;
    SELECT v.* INTO v_vm FROM vm v WHERE v.id = (p_task ->> 'vm')::uuid;
    IF NOT FOUND THEN
        RETURN refusal('rejected', 'vm', format('no VM %s is known', p_task ->> 'vm'));
    END IF;
    IF p_caller NOT IN ('scheduler', v_source) THEN
        RETURN refusal('rejected', 'source', format('host %s may submit its own VMs only', p_caller));
    END IF;
    IF v_vm.owner_host <> v_source THEN
        RETURN refusal('rejected', 'source', format('VM %s is not on %s', v_vm.name, v_source));
    END IF;
    IF v_destination = v_source THEN
        RETURN refusal('rejected', 'destination', format('%s is also the source', v_destination));
    END IF;
    SELECT k.disk INTO v_disk FROM jsonb_object_keys(p_task -> 'disk_algorithms') AS k (disk)
    WHERE NOT EXISTS (SELECT FROM disk d WHERE d.vm = v_vm.id AND d.disk = k.disk) LIMIT 1;
    IF FOUND THEN
        RETURN refusal('rejected', 'disk_algorithms', format('VM %s has no disk %s', v_vm.name, v_disk));
    END IF;
    v_disk := image_named_twice(v_vm.id);
    IF v_disk IS NOT NULL THEN
        RETURN refusal('rejected', 'vm', v_disk);
    END IF;
    SELECT m.* INTO v_open FROM migration m
    WHERE m.vm = v_vm.id AND m.state NOT IN ('completed', 'rolled_back', 'cancelled', 'rejected');
    IF FOUND THEN
        RETURN refusal('retryable', 'vm',
            format('VM %s is in migration %s (%s)', v_vm.name, v_open.id, v_open.state));
    END IF;
    IF NOT EXISTS (SELECT FROM host h WHERE h.host = v_destination) THEN
        RETURN refusal('rejected', 'destination', format('no host %s is known', v_destination));
    END IF;
    v_refusal := refuse_more(p_caller);
    IF v_refusal.accepted IS NOT NULL THEN
        RETURN v_refusal;
    END IF;
    -- One at a time for each destination: two submissions must not both take the last room. Of the host's role, which nothing
    -- else locks: its own row is what its worker writes every few seconds.
    PERFORM FROM host_role r WHERE r.host = v_destination FOR NO KEY UPDATE;
    v_free := free_memory_bytes(v_destination);
    IF v_vm.memory_bytes > v_free THEN
        RETURN refusal('host', 'destination', format(
            'host %s has %s bytes of memory left, VM %s needs %s',
            v_destination, greatest(v_free, 0), v_vm.name, v_vm.memory_bytes));
    END IF;
    v_needed := allocated_bytes(v_vm.id, v_source);
    v_free := free_images_bytes(v_destination);
    IF v_needed > v_free THEN
        RETURN refusal('host', 'destination', format(
            'host %s has %s bytes for images left, VM %s needs %s',
            v_destination, greatest(v_free, 0), v_vm.name, v_needed));
    END IF;
    RETURN NULL;
END
$$;
