-- What is needed of a database that the replaced migrations made: some of it, and their history.
CREATE SCHEMA drover;
CREATE SCHEMA drover_api;

CREATE TABLE drover.host_role (
    host      text PRIMARY KEY,
    role_name name NOT NULL UNIQUE
);
INSERT INTO drover.host_role (host, role_name) VALUES ('host1', 'drover_host_host1');

CREATE FUNCTION drover_api.scheduler_ping() RETURNS boolean LANGUAGE sql AS 'SELECT true';

CREATE TABLE drover.flyway_schema_history (
    installed_rank integer PRIMARY KEY,
    version        varchar(50),
    description    varchar(200) NOT NULL,
    type           varchar(20) NOT NULL,
    script         varchar(1000) NOT NULL,
    checksum       integer,
    installed_by   varchar(100) NOT NULL,
    installed_on   timestamp NOT NULL DEFAULT now(),
    execution_time integer NOT NULL,
    success        boolean NOT NULL
);
INSERT INTO drover.flyway_schema_history
    (installed_rank, version, description, type, script, checksum, installed_by, execution_time, success)
VALUES
    (0, NULL, '<< Flyway Schema Creation >>', 'SCHEMA', '"drover"', NULL, 'drover_owner', 0, true),
    (1, '001', 'hosts and VMs', 'SQL', 'V001__hosts_and_machines.sql', -1488591822, 'drover_owner', 40, true),
    (2, '013', 'grants', 'SQL', 'V013__grants.sql', 346711707, 'drover_owner', 20, true),
    (3, '055', 'overrides', 'SQL', 'V055__overrides.sql', 1636220507, 'drover_owner', 20, true);
