-- Why a host may not ask for one more by itself, or null: what it begins and never ends must have an end somewhere.
CREATE OR REPLACE FUNCTION drover.refuse_more(p_host text) RETURNS drover_api.submission
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, drover, pg_temp
AS $$
DECLARE
    v_open bigint;
    v_today bigint;
BEGIN
    SELECT count(*) FILTER (WHERE m.ended_at IS NULL), count(*) FILTER (WHERE m.created_at > clock_timestamp() - interval '1 day')
    INTO v_open, v_today
    FROM migration m WHERE m.login = session_user AND m.login <> 'drover_scheduler'
    AND (m.ended_at IS NULL OR m.created_at > clock_timestamp() - interval '1 day');
    IF v_open >= 32 OR v_today >= 1000 THEN
        RETURN refusal('retryable', 'source', format(
            'host %s asked for %s migrations that are open and for %s within a day: 32 and 1000 are the most',
            p_host, v_open, v_today));
    END IF;
    RETURN NULL;
END
$$;
