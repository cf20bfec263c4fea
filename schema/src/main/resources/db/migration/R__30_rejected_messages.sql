CREATE OR REPLACE VIEW drover_api.rejected_messages AS
SELECT r.id, r.consumer, r.queue, r.message_id, r.reason, r.body, r.rejected_at FROM drover.rejected_message r;

GRANT SELECT ON drover_api.rejected_messages TO drover_scheduler;
