-- How an operator wants the balancer; without the row each scheduler's configuration says it.
CREATE TABLE drover.balancer_mode (
    only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one),
    mode     text NOT NULL CHECK (mode IN ('off', 'shadow', 'recommend', 'automatic')),
    set_by   text NOT NULL,
    set_at   timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- Moves that were decided and not posted: because a person is to approve them, or because nobody shall.
CREATE TABLE drover.plan (
    decision   uuid PRIMARY KEY REFERENCES drover.decision (id),
    state      text NOT NULL CHECK (state IN ('shadow', 'waiting', 'approved', 'rejected', 'superseded')),
    moves      json NOT NULL,
    expires_at timestamptz NOT NULL,
    closed_by  text,
    closed_at  timestamptz,
    CHECK ((closed_at IS NULL) = (state IN ('shadow', 'waiting')))
);
-- The balancer sees the cluster anew each time: its newest plan is the only one that waits.
CREATE UNIQUE INDEX plan_waits_alone ON drover.plan ((true)) WHERE state = 'waiting';

-- Null goes back to the configuration.
CREATE FUNCTION drover_api.set_balancer_mode(p_mode text, p_by text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, drover, pg_temp
AS $$
BEGIN
    IF p_mode IS NULL THEN
        DELETE FROM balancer_mode;
    ELSE
        INSERT INTO balancer_mode (mode, set_by) VALUES (p_mode, p_by)
        ON CONFLICT (only_one) DO UPDATE
            SET mode = excluded.mode, set_by = excluded.set_by, set_at = clock_timestamp();
    END IF;
END
$$;

-- Stores the plan of a decision that is stored; again: no effect. An older one that waits is superseded.
CREATE FUNCTION drover_api.store_plan(p_decision uuid, p_state text, p_moves json, p_expires_at timestamptz)
    RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, drover, pg_temp
AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('drover plan'));
    IF EXISTS (SELECT FROM plan p WHERE p.decision = p_decision) THEN
        RETURN;
    END IF;
    UPDATE plan SET state = 'superseded', closed_by = 'balancer', closed_at = clock_timestamp()
    WHERE state = 'waiting';
    INSERT INTO plan (decision, state, moves, expires_at) VALUES (p_decision, p_state, p_moves, p_expires_at);
END
$$;

-- Closes a plan that waits and has not expired: approved, with the migrations that follow in the same transaction, or
-- rejected. False: it does not wait (any more), and nothing was changed. Whoever asks second waits for the first.
CREATE FUNCTION drover_api.close_plan(p_decision uuid, p_state text, p_by text, p_migrations uuid[]) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, drover, pg_temp
AS $$
BEGIN
    IF p_state NOT IN ('approved', 'rejected') THEN
        RAISE EXCEPTION 'state: % closes no plan', p_state;
    END IF;
    UPDATE plan p SET state = p_state, closed_by = p_by, closed_at = clock_timestamp()
    WHERE p.decision = p_decision AND p.state = 'waiting' AND p.expires_at > clock_timestamp();
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    UPDATE decision d SET moves = p_migrations WHERE d.id = p_decision;
    RETURN true;
END
$$;

CREATE VIEW drover_api.balancer_mode AS SELECT b.mode, b.set_by, b.set_at FROM drover.balancer_mode b;

CREATE VIEW drover_api.plans AS
SELECT
    p.decision, d.at, d.sentence,
    CASE WHEN p.state = 'waiting' AND p.expires_at <= clock_timestamp() THEN 'expired' ELSE p.state END AS state,
    p.moves, p.expires_at, p.closed_by, p.closed_at
FROM drover.plan p JOIN drover.decision d ON d.id = p.decision;

GRANT EXECUTE ON FUNCTION
    drover_api.set_balancer_mode(text, text),
    drover_api.store_plan(uuid, text, json, timestamptz),
    drover_api.close_plan(uuid, text, text, uuid[])
TO drover_scheduler;
GRANT SELECT ON drover_api.balancer_mode, drover_api.plans TO drover_scheduler;
