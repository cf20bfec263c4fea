CREATE TABLE drover.decision (
    id         uuid PRIMARY KEY,
    at         timestamptz NOT NULL,
    strategy   text NOT NULL,
    sentence   text NOT NULL,
    inputs     text NOT NULL,
    refused    json NOT NULL,
    moves      uuid[] NOT NULL,
    -- What a strategy computed on the way to a decision, a JSON object as it is written; null where it was not stored.
    considered json
);
CREATE INDEX decision_by_time ON drover.decision (at);

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

-- Two hours of reports as they came, in hourly partitions that are dropped. Every scheduler hears and stores every
-- report; the key makes that one row.
CREATE TABLE drover.telemetry_raw (
    host   text NOT NULL,
    at     timestamptz NOT NULL,
    report jsonb NOT NULL,
    PRIMARY KEY (host, at)
) PARTITION BY RANGE (at);

-- The newest report of each host, for the capacity checks of a submission.
CREATE TABLE drover.telemetry_latest (
    host   text PRIMARY KEY,
    at     timestamptz NOT NULL,
    report jsonb NOT NULL
) WITH (fillfactor = 50);

-- Five-minute roll-ups, kept for thirty days.
CREATE TABLE drover.telemetry_host (
    host                        text NOT NULL,
    slot                        timestamptz NOT NULL,
    samples                     integer NOT NULL,
    cpu_cores_mean              double precision NOT NULL,
    cpu_cores_max               double precision NOT NULL,
    memory_bytes_mean           double precision NOT NULL,
    memory_bytes_max            bigint NOT NULL,
    disk_read_bytes_per_second  double precision NOT NULL,
    disk_write_bytes_per_second double precision NOT NULL,
    images_free_bytes_min       bigint NOT NULL,
    PRIMARY KEY (host, slot)
);
CREATE INDEX telemetry_host_by_slot ON drover.telemetry_host (slot);

CREATE TABLE drover.telemetry_vm (
    vm                          uuid NOT NULL,
    slot                        timestamptz NOT NULL,
    host                        text NOT NULL,
    samples                     integer NOT NULL,
    cpu_cores_mean              double precision NOT NULL,
    cpu_cores_max               double precision NOT NULL,
    memory_bytes_mean           double precision NOT NULL,
    disk_read_bytes_per_second  double precision NOT NULL,
    disk_write_bytes_per_second double precision NOT NULL,
    swap_read_bytes_per_second  double precision NOT NULL,
    swap_write_bytes_per_second double precision NOT NULL,
    disk_allocated_bytes_max    bigint NOT NULL,
    swap_allocated_bytes_max    bigint NOT NULL,
    PRIMARY KEY (vm, slot, host)
);
CREATE INDEX telemetry_vm_by_slot ON drover.telemetry_vm (slot);
