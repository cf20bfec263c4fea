-- The whole of what a worker and a scheduler may do. Nothing in schema drover is granted to anybody.
GRANT USAGE ON SCHEMA drover_api TO drover_worker, drover_scheduler;

GRANT EXECUTE ON FUNCTION
    drover_api.worker_ping(text),
    drover_api.register_host(text, jsonb),
    drover_api.open_migrations(),
    drover_api.migration_for_worker(uuid),
    drover_api.owned_vms(),
    drover_api.vm_for_worker(uuid),
    drover_api.record_power(uuid, bigint, text),
    drover_api.claim_migration(uuid, interval),
    drover_api.renew_lease(uuid, integer, interval),
    drover_api.transition_migration(uuid, integer, text, text),
    drover_api.report_progress(jsonb, double precision),
    drover_api.intend_step(uuid, integer, text),
    drover_api.step_done(uuid, integer, text, json),
    drover_api.step_undone(uuid, integer, text),
    drover_api.journal(uuid),
    drover_api.give_ownership(uuid, uuid, integer, bigint),
    drover_api.give_back(uuid, uuid, bigint, text),
    drover_api.record_resumed(uuid, uuid, bigint)
TO drover_worker;

GRANT EXECUTE ON FUNCTION
    drover_api.submit_migration(jsonb, text, uuid),
    drover_api.record_inbox(text, text, text),
    drover_api.record_rejected(text, text, text, text)
TO drover_worker, drover_scheduler;

GRANT EXECUTE ON FUNCTION
    drover_api.scheduler_ping(),
    drover_api.define_vm(jsonb, text),
    drover_api.want_power(uuid, text),
    drover_api.request_cancel(uuid, text),
    drover_api.take_outbox(integer),
    drover_api.mark_outbox(bigint, boolean),
    drover_api.repost_queued(interval),
    drover_api.store_decision(uuid, timestamptz, text, text, text, json, uuid[]),
    drover_api.store_report(jsonb),
    drover_api.retain(timestamptz)
TO drover_scheduler;

GRANT SELECT ON
    drover_api.hosts,
    drover_api.vms,
    drover_api.migrations,
    drover_api.migration_transitions,
    drover_api.migration_steps,
    drover_api.decisions,
    drover_api.rejected_messages,
    drover_api.reports,
    drover_api.telemetry_hosts,
    drover_api.telemetry_vms
TO drover_scheduler;
