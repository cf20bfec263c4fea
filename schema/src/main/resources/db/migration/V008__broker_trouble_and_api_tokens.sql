-- Why a host's worker cannot use the broker, in the broker's words; null: it can. As of last_seen.
ALTER TABLE drover.host ADD COLUMN broker_trouble text CHECK (length(broker_trouble) BETWEEN 1 AND 500);

-- Who may ask the schedulers over HTTP. Of the secret only its SHA-256 is kept: it is 256 random bits.
CREATE TABLE drover.api_token (
    name       text PRIMARY KEY CHECK (name ~ '^[a-z0-9][a-z0-9._@-]{0,62}$'),
    hash       bytea NOT NULL UNIQUE CHECK (length(hash) = 32),
    role       text NOT NULL CHECK (role IN ('read', 'operate', 'administer')),
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    created_by text NOT NULL,
    expires_at timestamptz
);

-- What was asked over HTTP that changes something: written before it is done. Without a status nobody knows how it ended:
-- the scheduler died, or the database went away.
CREATE TABLE drover.api_audit (
    id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at       timestamptz NOT NULL DEFAULT clock_timestamp(),
    caller   text NOT NULL,
    role     text NOT NULL,
    address  text NOT NULL,
    method   text NOT NULL,
    path     text NOT NULL,
    body     text NOT NULL,
    status   integer,
    ended_at timestamptz
);
CREATE INDEX api_audit_by_time ON drover.api_audit (at);

-- The exchange has another name; a message for the old one, which may be gone, would end the connection that publishes it.
UPDATE drover.outbox SET exchange = 'drover_fleet' WHERE exchange = 'drover' AND sent_at IS NULL;
