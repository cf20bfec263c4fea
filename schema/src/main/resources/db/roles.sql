-- Run by SchemaMigrator before the migrations, each time, as the database's owner (superuser or CREATEROLE).
-- Roles belong to the whole server, so they may be there from another database.
DO $$
DECLARE
    v_function regprocedure;
BEGIN
    SET LOCAL lock_timeout = '1min';
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
    -- Of what every login may call by default, that by which one of them could keep others waiting or fill the disk: advisory
    -- locks (schema migrate itself takes them, as the owner), large objects, messages into the log and to listeners. Only a
    -- superuser can take these rights away; without one they stay, and nothing of Drover waits for such a lock but
    -- schema migrate.
    IF (SELECT r.rolsuper FROM pg_roles r WHERE r.rolname = CURRENT_USER) THEN
        FOR v_function IN
            SELECT p.oid::regprocedure FROM pg_proc p
            WHERE p.pronamespace = 'pg_catalog'::regnamespace
            AND (p.proname ~ '^(pg_(try_)?advisory_|lo_)'
                OR p.proname IN ('loread', 'lowrite', 'pg_logical_emit_message', 'pg_notify'))
            AND (p.proacl IS NULL OR EXISTS (SELECT FROM aclexplode(p.proacl) a WHERE a.grantee = 0))
        LOOP
            EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', v_function);
            IF v_function::text ~ 'advisory' THEN
                EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO drover_owner', v_function);
            END IF;
        END LOOP;
        -- Databases of PostgreSQL 14 and before let everybody make tables here.
        REVOKE CREATE ON SCHEMA public FROM PUBLIC;
    END IF;
END
$$;
