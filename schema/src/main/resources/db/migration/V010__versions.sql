-- Which version of Drover a host's worker is, as it says it; null: of one that did not say it yet. As of last_seen.
ALTER TABLE drover.host ADD COLUMN drover_version text CHECK (length(drover_version) BETWEEN 1 AND 100);
