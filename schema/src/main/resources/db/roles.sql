-- Run by SchemaMigrator before the migrations, each time, as the database's owner (superuser or CREATEROLE).
-- Roles belong to the whole server, so they may be there from another database.
DO $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('drover roles'));
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'drover_owner') THEN
        CREATE ROLE drover_owner NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'drover_worker') THEN
        CREATE ROLE drover_worker NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'drover_scheduler') THEN
        -- May log in once SchemaMigrator.provisionScheduler gave it a password.
        CREATE ROLE drover_scheduler NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE;
    END IF;
    -- To make objects as the owner; a superuser needs no membership.
    IF NOT pg_has_role(CURRENT_USER, 'drover_owner', 'MEMBER') THEN
        GRANT drover_owner TO CURRENT_USER;
    END IF;
    EXECUTE format('GRANT CREATE, CONNECT ON DATABASE %I TO drover_owner', current_database());
    -- No temporary tables either: nobody needs one, and they are the classic way to shadow a name.
    EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO drover_worker, drover_scheduler', current_database());
END
$$;
