-- What a strategy computed on the way to a decision, a JSON object as it is written; null where it was not stored.
ALTER TABLE drover.decision ADD COLUMN considered json;

DROP FUNCTION drover_api.store_decision(uuid, timestamptz, text, text, text, json, uuid[]);

-- refused: a JSON array, considered: a JSON object or null; both are kept as they are written.
CREATE FUNCTION drover_api.store_decision(
    p_id uuid, p_at timestamptz, p_strategy text, p_sentence text, p_inputs text, p_refused json, p_moves uuid[],
    p_considered json
) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path = pg_catalog, drover, pg_temp
AS $$
    INSERT INTO decision (id, at, strategy, sentence, inputs, refused, moves, considered)
    VALUES (p_id, p_at, p_strategy, p_sentence, p_inputs, p_refused, p_moves, p_considered)
    ON CONFLICT (id) DO NOTHING
$$;

CREATE OR REPLACE VIEW drover_api.decisions AS
SELECT d.id, d.at, d.strategy, d.sentence, d.inputs, d.refused, d.moves, d.considered FROM drover.decision d;

GRANT EXECUTE ON FUNCTION
    drover_api.store_decision(uuid, timestamptz, text, text, text, json, uuid[], json)
TO drover_scheduler;

-- Each decision holds the whole fleet as it was seen: those that moved nothing go after a day, the others after thirty.
-- A plan goes with its decision, one that still waits stays.
CREATE FUNCTION drover.retain_decisions(p_now timestamptz) RETURNS void
    LANGUAGE plpgsql
    SET search_path = pg_catalog, drover, pg_temp
AS $$
DECLARE
    v_old uuid[];
BEGIN
    SELECT array_agg(d.id) INTO v_old FROM decision d
    WHERE d.at < p_now - CASE WHEN d.moves = '{}' THEN interval '1 day' ELSE interval '30 days' END
    AND NOT EXISTS (
        SELECT FROM plan p WHERE p.decision = d.id AND p.state = 'waiting' AND p.expires_at > p_now
    );
    DELETE FROM plan p WHERE p.decision = ANY (v_old);
    DELETE FROM decision d WHERE d.id = ANY (v_old);
END
$$;
REVOKE ALL ON FUNCTION drover.retain_decisions(timestamptz) FROM PUBLIC;

CREATE OR REPLACE FUNCTION drover_api.retain(p_now timestamptz) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, drover, pg_temp
AS $$
DECLARE
    v_slot timestamptz := date_bin('5 minutes', p_now, 'epoch');
    -- Reports may come late; the last quarter of an hour is made anew each time.
    v_since timestamptz := coalesce((SELECT max(t.slot) FROM telemetry_host t), '-infinity') - interval '15 minutes';
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('drover telemetry partitions'));
    PERFORM roll_up_hosts(v_since, v_slot), roll_up_vms(v_since, v_slot);
    PERFORM drop_old_partitions(p_now - interval '2 hours');
    PERFORM ensure_partition(p_now + make_interval(hours => n)) FROM generate_series(0, 2) AS s (n);
    PERFORM retain_decisions(p_now);
    DELETE FROM telemetry_host t WHERE t.slot < p_now - interval '30 days';
    DELETE FROM telemetry_vm t WHERE t.slot < p_now - interval '30 days';
    DELETE FROM outbox o WHERE o.sent_at < p_now - interval '1 day';
    DELETE FROM inbox i WHERE i.received_at < p_now - interval '30 days';
    DELETE FROM rejected_message r WHERE r.rejected_at < p_now - interval '30 days';
END
$$;
