-- Every look of the balancer asks what ended in the last day; most migrations ended long ago.
CREATE INDEX migration_ended ON migration (ended_at) WHERE ended_at IS NOT NULL;
