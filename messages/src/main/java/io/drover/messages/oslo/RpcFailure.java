package io.drover.messages.oslo;

import io.drover.messages.Failure;
import java.util.List;

/**
 * A failed call as oslo.messaging carries it. The Python client rebuilds the exception only when {@code module} is
 * {@code builtins} or in its {@code allowed_remote_exmods}; otherwise it raises {@code RemoteError} with the class name
 * and the message ({@code _drivers/common.py: deserialize_remote_exception}).
 *
 * @param className name of the exception class
 * @param traceback lines for people; Drover sends none
 * @param args what the Python class is constructed with
 */
public record RpcFailure(String className, String module, String message, List<String> traceback, List<String> args) {
    private static final String DISPATCHER = "oslo_messaging.rpc.dispatcher";

    public RpcFailure {
        traceback = List.copyOf(traceback);
        args = List.copyOf(args);
    }

    /** An argument is wrong; a Python caller gets a real {@code ValueError}. */
    public static RpcFailure invalidArgument(String message) {
        return new RpcFailure("ValueError", "builtins", message, List.of(), List.of(message));
    }

    public static RpcFailure noSuchMethod(String method) {
        String message = "Endpoint does not support RPC method " + method;
        return new RpcFailure("NoSuchMethod", DISPATCHER, message, List.of(), List.of(method));
    }

    public static RpcFailure unsupportedVersion(String version, String method) {
        String message = "Endpoint does not support RPC version " + version + ". Attempted method: " + method;
        return new RpcFailure("UnsupportedVersion", DISPATCHER, message, List.of(), List.of(version, method));
    }

    /**
     * The class name says what the caller should do: {@code Retryable}, {@code Rejected}, {@code Host},
     * {@code Internal}.
     */
    public static RpcFailure of(Failure failure) {
        String className = switch (failure.kind()) {
            case RETRYABLE -> "Retryable";
            case REJECTED -> "Rejected";
            case HOST -> "Host";
            case INTERNAL -> "Internal";
        };
        return new RpcFailure(className, "drover.exceptions", failure.message(), List.of(), List.of(failure.message()));
    }
}
