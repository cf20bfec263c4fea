package io.drover.messages.command;

import io.drover.messages.InvalidMessageException;
import io.drover.messages.MigrationTask;
import io.drover.messages.json.DroverJson;
import io.drover.messages.oslo.RpcApi;
import io.drover.messages.oslo.RpcRequest;
import io.drover.messages.schemas.MessageSchemas;
import tools.jackson.databind.node.ObjectNode;

/**
 * Turns requests into commands and back. Reading checks the arguments as every document from outside, and against the
 * method's schema.
 */
public final class CommandCodec {
    private CommandCodec() {}

    /** Reads a request of the topic {@code drover_worker}; the exception names the argument at fault. */
    public static WorkerCommand worker(RpcRequest request) throws InvalidMessageException {
        return switch (request.method()) {
            case "migrate" -> new WorkerCommand.Migrate(read(RpcApi.WORKER, request, MigrationTask.class));
            case "cancel" -> read(RpcApi.WORKER, request, WorkerCommand.Cancel.class);
            case "start_vm" -> read(RpcApi.WORKER, request, WorkerCommand.StartVm.class);
            case "apply_link_limit" -> read(RpcApi.WORKER, request, WorkerCommand.ApplyLinkLimit.class);
            case "stop_vm" -> read(RpcApi.WORKER, request, WorkerCommand.StopVm.class);
            default -> throw unknown(request);
        };
    }

    /** Reads a request of the topic {@code drover}; the exception names the argument at fault. */
    public static SchedulerCommand scheduler(RpcRequest request) throws InvalidMessageException {
        return switch (request.method()) {
            case "live_migrate" -> read(RpcApi.SCHEDULER, request, SchedulerCommand.LiveMigrate.class);
            case "drain_host" -> read(RpcApi.SCHEDULER, request, SchedulerCommand.DrainHost.class);
            case "rebalance" -> read(RpcApi.SCHEDULER, request, SchedulerCommand.Rebalance.class);
            case "cancel" -> read(RpcApi.SCHEDULER, request, SchedulerCommand.Cancel.class);
            case "get_migration" -> read(RpcApi.SCHEDULER, request, SchedulerCommand.GetMigration.class);
            default -> throw unknown(request);
        };
    }

    /** The cast that carries the command. */
    public static RpcRequest cast(WorkerCommand command, String uniqueId) {
        return switch (command) {
            case WorkerCommand.Migrate migrate -> request("migrate", migrate.task(), uniqueId);
            case WorkerCommand.Cancel cancel -> request("cancel", cancel, uniqueId);
            case WorkerCommand.StartVm start -> request("start_vm", start, uniqueId);
            case WorkerCommand.ApplyLinkLimit apply -> request("apply_link_limit", apply, uniqueId);
            case WorkerCommand.StopVm stop -> request("stop_vm", stop, uniqueId);
        };
    }

    /** The cast that carries the command. */
    public static RpcRequest cast(SchedulerCommand command, String uniqueId) {
        return switch (command) {
            case SchedulerCommand.LiveMigrate migrate -> request("live_migrate", migrate, uniqueId);
            case SchedulerCommand.DrainHost drain -> request("drain_host", drain, uniqueId);
            case SchedulerCommand.Rebalance rebalance -> request("rebalance", rebalance, uniqueId);
            case SchedulerCommand.Cancel cancel -> request("cancel", cancel, uniqueId);
            case SchedulerCommand.GetMigration get -> request("get_migration", get, uniqueId);
        };
    }

    private static RpcRequest request(String method, Object args, String uniqueId) {
        ObjectNode tree = DroverJson.mapper().valueToTree(args);
        return RpcRequest.cast(method, tree, "1.0", uniqueId);
    }

    private static <T> T read(RpcApi api, RpcRequest request, Class<T> type) throws InvalidMessageException {
        // The codec first: it says the same as at every other door. The schema then has what it cannot say: lengths,
        // shapes.
        T command = DroverJson.read(request.args(), type);
        MessageSchemas.arguments(api.topic(), request.method()).check(request.args());
        return command;
    }

    private static InvalidMessageException unknown(RpcRequest request) {
        return new InvalidMessageException("method", "unknown '" + request.method() + "'");
    }
}
