-- Schema drover holds tables, without a grant to anybody; schema drover_api holds the functions and views through
-- which workers and schedulers reach them (design 2.2, rule 5). Everything is owned by drover_owner.
CREATE SCHEMA drover_api;

-- Global, not per schema: no function of this owner can ever be born executable by everybody.
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;

-- Which login role speaks for which host. Written by SchemaMigrator.provisionHost only.
CREATE TABLE drover.host_role (
    host      text PRIMARY KEY CHECK (host ~ '^[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?$'),
    role_name name NOT NULL UNIQUE
);

CREATE TABLE drover.host (
    host                  text PRIMARY KEY REFERENCES drover.host_role (host),
    peer_address          text NOT NULL,
    hypervisor            text NOT NULL,
    cpu_cores             double precision NOT NULL CHECK (cpu_cores > 0),
    memory_bytes          bigint NOT NULL CHECK (memory_bytes >= 0),
    images_bytes          bigint NOT NULL CHECK (images_bytes >= 0),
    images_free_bytes     bigint NOT NULL CHECK (images_free_bytes >= 0),
    link_bytes_per_second bigint NOT NULL CHECK (link_bytes_per_second > 0),
    last_seen             timestamptz NOT NULL
);

-- The write by which a worker proves, just before it stops a guest, that the database takes writes.
CREATE TABLE drover.host_ping (
    host      text PRIMARY KEY REFERENCES drover.host_role (host),
    pinged_at timestamptz NOT NULL
);

CREATE TABLE drover.vm (
    id           uuid PRIMARY KEY,
    name         text NOT NULL UNIQUE,
    owner_host   text NOT NULL REFERENCES drover.host (host),
    epoch        bigint NOT NULL DEFAULT 1 CHECK (epoch >= 1),
    definition   jsonb NOT NULL,
    memory_bytes bigint NOT NULL CHECK (memory_bytes > 0),
    power        text NOT NULL DEFAULT 'stopped' CHECK (power IN ('running', 'stopped')),
    wanted_power text NOT NULL DEFAULT 'stopped' CHECK (wanted_power IN ('running', 'stopped')),
    defined_at   timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX vm_by_owner ON drover.vm (owner_host);

-- An image has the same file name on every host and may travel to any: two machines must never share one.
CREATE TABLE drover.disk (
    vm    uuid NOT NULL REFERENCES drover.vm (id) ON DELETE CASCADE,
    disk  text NOT NULL,
    role  text NOT NULL CHECK (role IN ('data', 'swap')),
    image text NOT NULL,
    PRIMARY KEY (vm, disk),
    CONSTRAINT disk_image_unique UNIQUE (image)
);
