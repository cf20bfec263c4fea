package io.drover.worker;

import io.drover.messages.HostId;
import io.drover.messages.InvalidMessageException;
import io.drover.messages.MigrationId;
import io.drover.messages.MigrationTask;
import io.drover.messages.VmId;
import io.drover.messages.bus.RejectedDelivery;
import io.drover.messages.bus.RpcHandler;
import io.drover.messages.bus.RpcOutcome;
import io.drover.messages.bus.RpcOutcome.Answered;
import io.drover.messages.bus.RpcOutcome.Failed;
import io.drover.messages.bus.RpcOutcome.HoldAndRetry;
import io.drover.messages.command.CommandCodec;
import io.drover.messages.command.WorkerCommand;
import io.drover.messages.oslo.OsloCodec;
import io.drover.messages.oslo.RpcFailure;
import io.drover.messages.oslo.RpcRequest;
import io.drover.schema.StoreUnavailableException;
import io.drover.schema.record.InboxMessage;
import io.drover.schema.record.MigrationRecord;
import io.drover.schema.record.RejectedMessage;
import io.drover.schema.record.SubmitResult;
import io.drover.schema.record.VmRecord;
import io.drover.schema.worker.WorkerStore;
import io.drover.schema.worker.WorkerStore.Outcome;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes messages over into the database. A message is safe once its row is there; what is done is read from the
 * database, so the message itself only wakes those who do it. Every message may come twice.
 */
final class TaskIntake implements RpcHandler {
    private static final Logger LOG = LoggerFactory.getLogger(TaskIntake.class);
    private final WorkerStore store;
    private final Consumer<WorkerCommand> wake;

    /** {@code wake} is told each command that is safe, and returns at once. */
    TaskIntake(WorkerStore store, Consumer<WorkerCommand> wake) {
        this.store = store;
        this.wake = wake;
    }

    @Override
    public RpcOutcome handle(RpcRequest request) {
        try {
            WorkerCommand command = CommandCodec.worker(request);
            // A message known from before is handled all the same: the worker may have died right after its row.
            boolean isNew = store.recordInbox(
                    new InboxMessage(request.uniqueId(), request.method(), OsloCodec.innerText(request)));
            LOG.debug("{} {}{}", request.method(), request.uniqueId(), isNew ? "" : ", again");
            Optional<Failed> refusal = refusal(command);
            if (refusal.isPresent()) {
                return refusal.get();
            }
            wake.accept(command);
            return Answered.NOTHING;
        } catch (InvalidMessageException e) {
            return new Failed(RpcFailure.invalidArgument(e.getMessage()));
        } catch (StoreUnavailableException e) {
            return new HoldAndRetry("the database is away: " + e.getMessage());
        }
    }

    private Optional<Failed> refusal(WorkerCommand command) {
        return switch (command) {
            case WorkerCommand.Migrate migrate -> migrate(migrate.task());
            case WorkerCommand.Cancel cancel -> cancel(cancel.migration());
            case WorkerCommand.StartVm start -> power(start.vm());
            case WorkerCommand.StopVm stop -> power(stop.vm());
            case WorkerCommand.ApplyLinkLimit _ -> Optional.empty();
        };
    }

    private Optional<Failed> migrate(MigrationTask task) {
        if (store.migration(task.id()).isPresent()) {
            return Optional.empty();
        }
        // A controller cast it straight to this worker: it goes the way the scheduler's tasks went.
        return switch (store.submit(task)) {
            case SubmitResult.Submitted _ -> Optional.empty();
            case SubmitResult.Refused refused ->
                Optional.of(refused(refused.field(), refused.failure().message()));
        };
    }

    private Optional<Failed> cancel(MigrationId id) {
        // A scheduler's request is in the row already; a controller that casts straight to this worker needs it
        // written.
        if (store.migration(id).filter(MigrationRecord::cancelRequested).isPresent()) {
            return Optional.empty();
        }
        Outcome outcome = store.requestCancel(id);
        return outcome.done() ? Optional.empty() : Optional.of(refused("migration", outcome.refusal()));
    }

    /** What is wanted stands in the VM's row; a later wish may have replaced the one this message was sent for. */
    private Optional<Failed> power(VmId vm) {
        Optional<HostId> owner = store.vm(vm).map(VmRecord::owner);
        return owner.equals(Optional.of(store.host()))
                ? Optional.empty()
                : Optional.of(refused("vm", vm + " is not owned by this host"));
    }

    private static Failed refused(String field, String message) {
        return new Failed(RpcFailure.invalidArgument(message.startsWith(field) ? message : field + ": " + message));
    }

    @Override
    public boolean recordRejected(RejectedDelivery rejected) {
        try {
            store.recordRejected(
                    new RejectedMessage(rejected.queue(), rejected.messageId(), rejected.reason(), rejected.body()));
            LOG.warn("refused a message from {}: {}", rejected.queue(), rejected.reason());
            return true;
        } catch (StoreUnavailableException e) {
            return false;
        }
    }
}
