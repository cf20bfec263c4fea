package io.drover.scheduler.bus;

import io.drover.messages.DiskId;
import io.drover.messages.Failure;
import io.drover.messages.InvalidMessageException;
import io.drover.messages.Verification;
import io.drover.messages.bus.RejectedDelivery;
import io.drover.messages.bus.RpcHandler;
import io.drover.messages.bus.RpcOutcome;
import io.drover.messages.command.CommandCodec;
import io.drover.messages.command.Force;
import io.drover.messages.command.SchedulerCommand;
import io.drover.messages.json.DroverJson;
import io.drover.messages.oslo.RpcFailure;
import io.drover.messages.oslo.RpcRequest;
import io.drover.scheduler.control.Identifiers;
import io.drover.scheduler.control.MigrateRequest;
import io.drover.scheduler.control.RefusedException;
import io.drover.scheduler.control.Requests;
import io.drover.schema.StoreUnavailableException;
import io.drover.schema.record.RejectedMessage;
import io.drover.schema.scheduler.SchedulerStore;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Serves the topic {@code drover}. A message may arrive twice: its unique id gives the migration, or the decision, its
 * id, so the second arrival finds what the first one made. So a request needs no inbox row: what it makes is the row.
 */
public final class RequestHandler implements RpcHandler {
    private final Requests requests;
    private final SchedulerStore store;

    public RequestHandler(Requests requests, SchedulerStore store) {
        this.requests = requests;
        this.store = store;
    }

    @Override
    public RpcOutcome handle(RpcRequest request) {
        try {
            Object result = serve(CommandCodec.scheduler(request), request.uniqueId());
            return new RpcOutcome.Answered(DroverJson.mapper().valueToTree(result));
        } catch (InvalidMessageException e) {
            return new RpcOutcome.Failed(RpcFailure.invalidArgument(e.getMessage()));
        } catch (RefusedException e) {
            return new RpcOutcome.Failed(failure(e));
        } catch (StoreUnavailableException e) {
            return new RpcOutcome.HoldAndRetry("the database does not answer: " + e.getMessage());
        }
    }

    @Override
    public boolean recordRejected(RejectedDelivery rejected) {
        try {
            store.recordRejected(
                    new RejectedMessage(rejected.queue(), rejected.messageId(), rejected.reason(), rejected.body()));
            return true;
        } catch (StoreUnavailableException e) {
            return false;
        }
    }

    private Object serve(SchedulerCommand command, String uniqueId) throws RefusedException {
        String by = "bus";
        return switch (command) {
            case SchedulerCommand.LiveMigrate migrate -> requests.migrate(request(migrate, uniqueId, by));
            case SchedulerCommand.DrainHost drain ->
                requests.drain(drain.host(), Identifiers.decisionFor("bus:" + uniqueId), by);
            case SchedulerCommand.Rebalance _ -> requests.rebalance(Identifiers.decisionFor("bus:" + uniqueId), by);
            case SchedulerCommand.Cancel cancel -> Map.of("result", requests.cancel(cancel.migration(), by));
            case SchedulerCommand.GetMigration get -> requests.migration(get.migration());
        };
    }

    private static MigrateRequest request(SchedulerCommand.LiveMigrate migrate, String uniqueId, String by) {
        Map<DiskId, String> diskAlgorithms = migrate.diskAlgorithms();
        return new MigrateRequest(
                Identifiers.migrationFor("bus:" + uniqueId),
                migrate.vm(),
                migrate.host(),
                migrate.algorithm(),
                diskAlgorithms,
                migrate.deadline(),
                migrate.reason(),
                Boolean.TRUE.equals(migrate.allowPull()),
                Objects.requireNonNullElse(migrate.baseImages(), List.of()),
                Objects.requireNonNullElse(migrate.verify(), Verification.READ_BACK),
                Force.why(migrate.force()),
                by);
    }

    private static RpcFailure failure(RefusedException e) {
        String message = e.field() + ": " + e.getMessage();
        return switch (e.kind()) {
            case INVALID, UNKNOWN -> RpcFailure.invalidArgument(message);
            case CONFLICT -> RpcFailure.of(new Failure(Failure.Kind.RETRYABLE, message));
            case TOO_LATE, UNFIT -> RpcFailure.of(new Failure(Failure.Kind.REJECTED, message));
        };
    }
}
