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

-- One living worker speaks for a host. Its session stands here; its connections carry the session's id in the setting
-- drover.session, and every function of a host's role asks caller_host(), which compares the two. A copied state folder, a
-- cloned host or a second worker has another identity and is refused until a person says otherwise.
CREATE TABLE drover.host_session (
    host         text PRIMARY KEY REFERENCES drover.host_role (host),
    -- Null after a takeover: nobody speaks for the host until the next worker comes.
    session      uuid,
    machine_id   text NOT NULL,
    boot_id      text NOT NULL,
    state_folder text NOT NULL,
    address      text NOT NULL,
    started_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    last_seen    timestamptz NOT NULL DEFAULT clock_timestamp()
) WITH (fillfactor = 50);

-- What people decided, and from whom they took the host.
CREATE TABLE drover.host_takeover (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    host         text NOT NULL,
    at           timestamptz NOT NULL DEFAULT clock_timestamp(),
    requested_by text NOT NULL,
    login        name NOT NULL DEFAULT session_user,
    reason       text NOT NULL,
    taken_from   text NOT NULL
);
CREATE INDEX host_takeover_by_time ON drover.host_takeover (at);

-- verdict: open; living (the same folder after another boot, whose worker was heard of a moment ago: ask again); other
-- (another machine or folder holds the host); taken (a person took the host from this very worker). holder: who, for people.
CREATE TYPE drover_api.session_answer AS (
    verdict   text,
    holder    text,
    last_seen timestamptz
);

-- What an operator allows a host's migrations of its link; without a row its configuration says it.
CREATE TABLE drover.link_limit (
    host             text PRIMARY KEY REFERENCES drover.host (host),
    bytes_per_second bigint NOT NULL CHECK (bytes_per_second >= 65536),
    set_by           text NOT NULL,
    set_at           timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE TABLE drover.vm (
    id           uuid PRIMARY KEY,
    name         text NOT NULL UNIQUE,
    owner_host   text NOT NULL REFERENCES drover.host (host),
    epoch        bigint NOT NULL DEFAULT 1 CHECK (epoch >= 1),
    definition   jsonb NOT NULL,
    memory_bytes bigint NOT NULL CHECK (memory_bytes > 0),
    -- What the machine was seen to do, as QEMU tells the cases apart; 'stranded': its host holds evidence against this database.
    power        text NOT NULL DEFAULT 'stopped'
        CHECK (power IN ('running', 'stopped', 'paused', 'suspended', 'io_error', 'crashed', 'stranded')),
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
    -- An image that is another disk's base must not be written, and a disk must not be another's base.
    base  text,
    PRIMARY KEY (vm, disk),
    CONSTRAINT disk_image_unique UNIQUE (image)
);
CREATE INDEX disk_by_base ON drover.disk (base) WHERE base IS NOT NULL;

-- Of define_vm; field and message are of a refusal.
CREATE TYPE drover_api.definition_answer AS (
    accepted boolean,
    field    text,
    message  text
);

-- What operators say about hosts and machines, by key; without a row nothing is said.
CREATE TABLE drover.host_label (
    host  text NOT NULL REFERENCES drover.host (host),
    key   text NOT NULL,
    value text NOT NULL,
    PRIMARY KEY (host, key)
);

CREATE TABLE drover.vm_label (
    vm    uuid NOT NULL REFERENCES drover.vm (id),
    key   text NOT NULL,
    value text NOT NULL,
    PRIMARY KEY (vm, key)
);
