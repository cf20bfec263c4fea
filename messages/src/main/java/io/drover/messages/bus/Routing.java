package io.drover.messages.bus;

import io.drover.messages.HostId;
import io.drover.messages.MigrationState;
import io.drover.messages.oslo.RpcApi;

/** Where messages go: the names of exchange, queues and routing keys. */
public final class Routing {
    /**
     * The topic exchange of everything Drover sends. Of another name than any queue: RabbitMQ knows one kind of right to
     * both.
     */
    public static final String EXCHANGE = "drover_fleet";

    /**
     * The topic exchange of cloud controllers, whose client sets no user-id: whoever may write to it is one. Bound to
     * the queues of requests and tasks.
     */
    public static final String CONTROLLERS_EXCHANGE = "drover_controllers";

    /** Queue and routing key of notifications of priority INFO. */
    public static final String NOTIFICATIONS_INFO = "notifications.info";

    /** Queue and routing key of notifications of priority ERROR. */
    public static final String NOTIFICATIONS_ERROR = "notifications.error";

    /** Queue of messages that were refused; the reason is in the header {@code x-drover-reason}. */
    public static final String REJECTED_QUEUE = "drover.rejected";

    private Routing() {}

    /** Queue and routing key of what one host's worker is asked. */
    public static String worker(HostId host) {
        return RpcApi.WORKER.topic() + "." + host;
    }

    /** Queue and routing key of what any scheduler is asked. */
    public static String scheduler() {
        return RpcApi.SCHEDULER.topic();
    }

    /** The priority with which a migration's new state is announced; its lower-case form ends the routing key. */
    public static String priority(MigrationState state) {
        return switch (state) {
            case REJECTED, ROLLED_BACK, STRANDED -> "ERROR";
            case QUEUED,
                    PREPARING,
                    REPLICATING,
                    SWITCHING,
                    RESUMING,
                    PULLING,
                    FINISHING,
                    ROLLING_BACK,
                    COMPLETED,
                    CANCELLED -> "INFO";
        };
    }

    /** Routing key of a host's telemetry. */
    public static String load(HostId host) {
        return "load." + host;
    }
}
