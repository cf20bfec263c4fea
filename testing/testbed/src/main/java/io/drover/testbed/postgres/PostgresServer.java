package io.drover.testbed.postgres;

import java.util.function.BooleanSupplier;

/** Where the server comes from. */
sealed interface PostgresServer extends AutoCloseable permits EmbeddedPostgres, ContainerPostgres {
    /** Starts, or starts again after {@link #interrupt()}. */
    void start();

    /** Waits until {@code answers}; false when it did not in time or the server ended before. */
    boolean awaitReady(BooleanSupplier answers);

    void interrupt();

    /** The last lines of the server's log, for an error message. */
    String tail();

    @Override
    void close();
}
