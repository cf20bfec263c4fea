CREATE TABLE drover.migration_state (
    state    text PRIMARY KEY,
    terminal boolean NOT NULL
);
INSERT INTO drover.migration_state (state, terminal)
VALUES
    ('queued', false),
    ('preparing', false),
    ('replicating', false),
    ('switching', false),
    ('resuming', false),
    ('pulling', false),
    ('finishing', false),
    ('rolling_back', false),
    ('completed', true),
    ('rolled_back', true),
    ('cancelled', true),
    ('rejected', true),
    ('stranded', false);

-- Every transition the database accepts, and who may ask for it. A test holds the pairs against
-- MigrationState.successors(). via: claim, cancel, give, give_back, resumed name the function; source is
-- transition_migration, called by the source with the current attempt; repair is for people and has no function yet.
CREATE TABLE drover.allowed_transition (
    from_state text NOT NULL REFERENCES drover.migration_state (state),
    to_state   text NOT NULL REFERENCES drover.migration_state (state),
    via        text NOT NULL
        CHECK (via IN ('claim', 'cancel', 'source', 'give', 'give_back', 'resumed', 'repair')),
    PRIMARY KEY (from_state, to_state)
);
INSERT INTO drover.allowed_transition (from_state, to_state, via)
VALUES
    ('queued', 'preparing', 'claim'),
    ('queued', 'rejected', 'source'),
    ('queued', 'cancelled', 'cancel'),
    ('preparing', 'replicating', 'source'),
    ('preparing', 'rolling_back', 'source'),
    ('preparing', 'rejected', 'source'),
    ('preparing', 'stranded', 'source'),
    ('replicating', 'switching', 'source'),
    ('replicating', 'rolling_back', 'source'),
    ('replicating', 'stranded', 'source'),
    -- Only together with the change of owner.
    ('switching', 'resuming', 'give'),
    ('switching', 'rolling_back', 'source'),
    ('switching', 'stranded', 'source'),
    -- From here on only the destination knows whether the guest ran.
    ('resuming', 'pulling', 'resumed'),
    ('resuming', 'finishing', 'resumed'),
    ('resuming', 'rolling_back', 'give_back'),
    ('resuming', 'stranded', 'source'),
    ('pulling', 'finishing', 'source'),
    ('pulling', 'stranded', 'source'),
    ('finishing', 'completed', 'source'),
    ('finishing', 'stranded', 'source'),
    ('rolling_back', 'rolled_back', 'source'),
    ('rolling_back', 'cancelled', 'source'),
    ('rolling_back', 'stranded', 'source'),
    ('stranded', 'rolling_back', 'repair'),
    ('stranded', 'finishing', 'repair'),
    ('stranded', 'completed', 'repair'),
    ('stranded', 'rolled_back', 'repair');

CREATE TABLE drover.migration (
    id                    uuid PRIMARY KEY,
    vm                    uuid NOT NULL REFERENCES drover.vm (id),
    source                text NOT NULL REFERENCES drover.host (host),
    destination           text NOT NULL REFERENCES drover.host (host) CHECK (destination <> source),
    algorithm             text NOT NULL,
    disk_algorithms       jsonb NOT NULL,
    deadline              timestamptz,
    task_reason           text NOT NULL,
    state                 text NOT NULL DEFAULT 'queued' REFERENCES drover.migration_state (state),
    attempt               integer NOT NULL DEFAULT 0,
    -- Of the machine when this was submitted; the give makes the machine's epoch one higher.
    epoch                 bigint NOT NULL,
    cancel_requested      boolean NOT NULL DEFAULT false,
    -- 244 random bits that only both hosts' workers can read.
    token                 text NOT NULL DEFAULT replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''),
    lease_until           timestamptz,
    reserved_memory_bytes bigint NOT NULL,
    reserved_image_bytes  bigint NOT NULL,
    requested_by          text NOT NULL,
    decision              uuid,
    -- Why it ended or is open.
    reason                text,
    created_at            timestamptz NOT NULL DEFAULT clock_timestamp(),
    posted_at             timestamptz NOT NULL DEFAULT clock_timestamp(),
    ended_at              timestamptz,
    -- Whether a machine may run at its destination before all blocks are there, depending on both hosts for a while.
    allow_pull            boolean NOT NULL DEFAULT false,
    -- Files in the destination's images folder that the machine's disks have content in common with, by name.
    base_images           jsonb NOT NULL DEFAULT '[]',
    -- When both copies are compared: after the guest runs at its destination, or every block before the give as well.
    verify                text NOT NULL DEFAULT 'read-back' CHECK (verify IN ('read-back', 'full')),
    -- Who really asked, beside the name that was given.
    login                 name DEFAULT session_user,
    cancel_requested_at   timestamptz
);
-- At most one open migration per machine.
CREATE UNIQUE INDEX migration_one_open_per_vm ON drover.migration (vm)
    WHERE state NOT IN ('completed', 'rolled_back', 'cancelled', 'rejected');
CREATE INDEX migration_open ON drover.migration (created_at)
    WHERE state NOT IN ('completed', 'rolled_back', 'cancelled', 'rejected');
CREATE INDEX migration_by_time ON drover.migration (created_at);
CREATE INDEX migration_by_login ON drover.migration (login, created_at) WHERE login <> 'drover_scheduler';
-- Every look of the balancer asks what ended in the last day; most migrations ended long ago.
CREATE INDEX migration_ended ON drover.migration (ended_at) WHERE ended_at IS NOT NULL;

CREATE TABLE drover.migration_transition (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    migration  uuid NOT NULL REFERENCES drover.migration (id) ON DELETE CASCADE,
    from_state text REFERENCES drover.migration_state (state),
    to_state   text NOT NULL REFERENCES drover.migration_state (state),
    at         timestamptz NOT NULL DEFAULT clock_timestamp(),
    attempt    integer NOT NULL,
    actor      text NOT NULL,
    reason     text,
    login      name DEFAULT session_user
);
CREATE INDEX migration_transition_by_migration ON drover.migration_transition (migration, id);
-- Append-only: refuse_change stops whoever has the right that the owner has not. DELETE is what a cascade needs.
REVOKE UPDATE, TRUNCATE ON drover.migration_transition FROM drover_owner;

-- Source and destination each keep a journal of their own.
CREATE TABLE drover.migration_step (
    id          bigint GENERATED ALWAYS AS IDENTITY,
    migration   uuid NOT NULL REFERENCES drover.migration (id) ON DELETE CASCADE,
    host        text NOT NULL,
    step        text NOT NULL,
    attempt     integer NOT NULL,
    intended_at timestamptz NOT NULL,
    done_at     timestamptz,
    undone_at   timestamptz,
    -- json, not jsonb: kept as it was written.
    evidence    json,
    PRIMARY KEY (migration, host, step)
);

-- Apart from the row that transitions change, so that neither waits for the other.
CREATE TABLE drover.migration_progress (
    migration              uuid PRIMARY KEY REFERENCES drover.migration (id) ON DELETE CASCADE,
    step                   text NOT NULL,
    round                  integer NOT NULL,
    bytes_done             bigint NOT NULL,
    bytes_total            bigint NOT NULL,
    bytes_per_second       double precision NOT NULL,
    seconds_to_finish      double precision,
    reported_at            timestamptz NOT NULL,
    -- How fast the guest makes blocks dirty, and the far end of the time that the migration may still take.
    dirty_bytes_per_second double precision NOT NULL DEFAULT 0,
    seconds_to_finish_most double precision
) WITH (fillfactor = 50);

-- What is said of machines and hosts binds every way to ask for a migration. What somebody overrode by name, and why:
CREATE TABLE drover.migration_override (
    migration    uuid PRIMARY KEY REFERENCES drover.migration (id) ON DELETE CASCADE,
    requested_by text NOT NULL,
    reason       text NOT NULL CHECK (length(reason) BETWEEN 1 AND 1000),
    rules        jsonb NOT NULL CHECK (jsonb_typeof(rules) = 'array')
);

-- Of submit_migration: kind, field and message are of a refusal; kind is a Failure.Kind in lower case.
CREATE TYPE drover_api.submission AS (
    accepted boolean,
    is_new   boolean,
    kind     text,
    field    text,
    message  text
);

-- Of most of what a worker calls.
CREATE TYPE drover_api.outcome AS (
    done    boolean,
    refusal text
);
