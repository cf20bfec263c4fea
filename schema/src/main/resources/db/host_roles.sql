-- Run by SchemaMigrator after the migrations and after a host's login was made, each time, as roles.sql is.
DO $$
DECLARE
    v_role name;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('drover roles'));
    FOR v_role IN SELECT h.role_name FROM drover.host_role h JOIN pg_roles p ON p.rolname = h.role_name LOOP
        -- Two of its worker, two that a host which lost its power has left behind, two of somebody who is to be refused.
        EXECUTE format('ALTER ROLE %I CONNECTION LIMIT 6', v_role);
        -- So that the owner's functions may end a transaction of this role that holds up others.
        IF NOT pg_has_role('drover_owner', v_role, 'MEMBER') THEN
            EXECUTE format('GRANT %I TO drover_owner', v_role);
        END IF;
    END LOOP;
END
$$;
