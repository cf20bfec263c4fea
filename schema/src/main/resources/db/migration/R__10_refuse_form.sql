-- Why a task's text is none that workers and schedulers could read, or null: one row that cannot be read would keep them from
-- reading all others.
CREATE OR REPLACE FUNCTION drover.refuse_form(p_task jsonb) RETURNS drover_api.submission
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, drover, pg_temp
AS $$
DECLARE
    c_algorithm text := '^[a-z][a-z0-9-]{0,30}$';
    v_by_disk jsonb := coalesce(p_task -> 'disk_algorithms', '{}');
    v_bases jsonb := coalesce(nullif(p_task -> 'base_images', 'null'), '[]');
    v_deadline timestamptz := p_task ->> 'deadline';
BEGIN
    IF coalesce(p_task ->> 'algorithm', '') !~ c_algorithm THEN
        RETURN refusal('rejected', 'algorithm', 'is not the name of an algorithm');
    ELSIF jsonb_typeof(v_by_disk) <> 'object' OR EXISTS (
        SELECT FROM jsonb_each(v_by_disk) AS e
        WHERE jsonb_typeof(e.value) <> 'string' OR e.value #>> '{}' !~ c_algorithm
    ) THEN
        RETURN refusal('rejected', 'disk_algorithms', 'are not names of algorithms by disk');
    ELSIF jsonb_typeof(v_bases) <> 'array' OR jsonb_array_length(v_bases) > 16 OR EXISTS (
        SELECT FROM jsonb_array_elements(v_bases) AS e (name)
        WHERE jsonb_typeof(e.name) <> 'string' OR e.name #>> '{}' !~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$'
    ) THEN
        RETURN refusal('rejected', 'base_images', 'are not at most 16 plain file names');
    ELSIF coalesce(jsonb_typeof(p_task -> 'allow_pull'), 'null') NOT IN ('boolean', 'null') THEN
        RETURN refusal('rejected', 'allow_pull', 'is neither true nor false');
    ELSIF coalesce(p_task ->> 'verify', 'read-back') NOT IN ('read-back', 'full') THEN
        RETURN refusal('rejected', 'verify', 'is neither read-back nor full');
    ELSIF v_deadline NOT BETWEEN '1970-01-01 00:00Z' AND '9999-12-31 00:00Z' THEN
        RETURN refusal('rejected', 'deadline', 'is no instant of these years');
    ELSIF jsonb_typeof(p_task -> 'reason') IS DISTINCT FROM 'string' THEN
        RETURN refusal('rejected', 'reason', 'is no text');
    END IF;
    RETURN NULL;
END
$$;
