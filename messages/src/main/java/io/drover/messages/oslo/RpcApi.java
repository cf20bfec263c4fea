package io.drover.messages.oslo;

import io.drover.messages.InvalidMessageException;
import io.drover.messages.schemas.MessageSchemas;
import io.drover.messages.text.Shown;
import java.util.Optional;
import java.util.Set;

/**
 * What a program of Drover can be asked for on its topic. A method that is added, or takes a new argument, raises the
 * minor version; senders state the lowest version that has what they use.
 *
 * @param version implemented, {@code major.minor}
 * @param anyServer whether a request that names no server is served: a worker acts for one host alone
 */
public record RpcApi(String topic, String version, Set<String> methods, boolean anyServer) {
    /** What cloud controllers and operators ask of a scheduler. */
    public static final RpcApi SCHEDULER = new RpcApi(
            "drover", "1.0", Set.of("live_migrate", "drain_host", "rebalance", "cancel", "get_migration"), true);

    /** What schedulers and cloud controllers ask of the worker of one host. */
    public static final RpcApi WORKER = new RpcApi(
            "drover_worker", "1.0", Set.of("migrate", "cancel", "start_vm", "stop_vm", "apply_link_limit"), false);

    public RpcApi {
        methods = Set.copyOf(methods);
    }

    /** Why the request cannot be served: unknown method, version, or an argument that its schema refuses. */
    public Optional<RpcFailure> refusal(RpcRequest request) {
        if (request.namespace() != null || !methods.contains(request.method())) {
            return Optional.of(RpcFailure.noSuchMethod(Shown.text(request.method())));
        }
        try {
            if (!RpcVersion.parse("version", version).serves(RpcVersion.parse("version", request.version()))) {
                return Optional.of(RpcFailure.unsupportedVersion(Shown.text(request.version()), request.method()));
            }
            MessageSchemas.arguments(topic, request.method()).check(request.args());
            return Optional.empty();
        } catch (InvalidMessageException e) {
            return Optional.of(RpcFailure.invalidArgument(e.getMessage()));
        }
    }
}
