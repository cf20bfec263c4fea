-- Schema drover holds tables, without a grant to anybody; schema drover_api holds the functions and views through
-- which workers and schedulers reach them. Everything is owned by drover_owner.
CREATE SCHEMA drover_api;
GRANT USAGE ON SCHEMA drover_api TO drover_worker, drover_scheduler;

-- By which the program knows a database of its own (SchemaOrigin); every login can read it.
COMMENT ON SCHEMA drover_api IS 'Drover, since 0.1.0';

-- Global, not per schema: no function of this owner can ever be born executable by everybody.
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;

-- Any login may take any advisory lock and keep it. What only one transaction may be at is a row here, which only the
-- functions of this owner reach.
CREATE TABLE drover.lock (
    name text PRIMARY KEY
);
INSERT INTO drover.lock (name) VALUES ('define_vm'), ('relabel_vm'), ('plan'), ('reports');
