-- What submit_migration does when no label stands in the way; called with the owner's rights. A host may submit VMs it owns,
-- in no other name than its own; the message is then its own wake-up and no cast is posted. Asked again with the same id and ends:
-- accepted, not new. Another transaction that keeps the VM or its destination locked makes it a refusal, not a wait.
CREATE OR REPLACE FUNCTION drover.submit_unbound(p_task jsonb, p_requested_by text, p_decision uuid)
    RETURNS drover_api.submission
    LANGUAGE plpgsql
    SET search_path = pg_catalog, drover, pg_temp
    SET lock_timeout = '2s'
AS $$
DECLARE
    v_caller text := caller();
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'room is promised by what others have committed: read committed only'
            USING ERRCODE = 'invalid_transaction_state';
    END IF;
    RETURN submit(
        p_task, v_caller, CASE v_caller WHEN 'scheduler' THEN printable(p_requested_by, 200) ELSE v_caller END,
        CASE v_caller WHEN 'scheduler' THEN p_decision END);
EXCEPTION
    WHEN lock_not_available THEN
        RETURN refusal('retryable', 'vm', 'another transaction holds the VM or its destination: ask again');
END
$$;
