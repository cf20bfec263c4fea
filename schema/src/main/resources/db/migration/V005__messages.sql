-- consumer: the host whose worker took the message over, or 'scheduler' for all schedulers together.
CREATE TABLE drover.inbox (
    consumer    text NOT NULL,
    message_id  text NOT NULL,
    method      text NOT NULL,
    body        text NOT NULL,
    received_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (consumer, message_id)
);
CREATE INDEX inbox_by_time ON drover.inbox (received_at);
CREATE INDEX inbox_by_consumer ON drover.inbox (consumer, received_at);

CREATE TABLE drover.outbox (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    exchange    text NOT NULL,
    routing_key text NOT NULL,
    message_id  text NOT NULL UNIQUE,
    body        text NOT NULL,
    -- Set for the cast that begins a migration: it is not posted again while one is still unsent.
    migration   uuid,
    tries       integer NOT NULL DEFAULT 0,
    created_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    sent_at     timestamptz
) WITH (fillfactor = 70);
CREATE INDEX outbox_unsent ON drover.outbox (tries, id) WHERE sent_at IS NULL;
CREATE INDEX outbox_sent ON drover.outbox (sent_at) WHERE sent_at IS NOT NULL;

CREATE TABLE drover.rejected_message (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    consumer    text NOT NULL,
    queue       text NOT NULL,
    message_id  text,
    reason      text NOT NULL,
    body        text NOT NULL,
    rejected_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX rejected_message_by_time ON drover.rejected_message (rejected_at);
CREATE INDEX rejected_message_by_consumer ON drover.rejected_message (consumer, id);
