-- The cast that sets the source's worker going.
CREATE OR REPLACE FUNCTION drover.post_migrate(p_migration drover.migration) RETURNS void
    LANGUAGE plpgsql
    SET search_path = pg_catalog, drover, pg_temp
AS $$
BEGIN
    PERFORM post_cast(
        p_migration.source,
        'migrate',
        jsonb_strip_nulls(jsonb_build_object(
            'id', p_migration.id,
            'vm', p_migration.vm,
            'source', p_migration.source,
            'destination', p_migration.destination,
            'algorithm', p_migration.algorithm,
            'disk_algorithms', p_migration.disk_algorithms,
            'deadline', iso(p_migration.deadline),
            'reason', p_migration.task_reason,
            -- Absent is the same as the default.
            'allow_pull', nullif(p_migration.allow_pull, false),
            'base_images', nullif(p_migration.base_images, '[]'),
            'verify', nullif(p_migration.verify, 'read-back'))),
        p_migration.id);
END
$$;
