-- Why a host's worker cannot use the broker, in the broker's words; null: it can. As of last_seen.
ALTER TABLE drover.host ADD COLUMN broker_trouble text CHECK (length(broker_trouble) BETWEEN 1 AND 500);

-- The exchange has another name; a message for the old one, which may be gone, would end the connection that publishes it.
UPDATE drover.outbox SET exchange = 'drover_fleet' WHERE exchange = 'drover' AND sent_at IS NULL;
