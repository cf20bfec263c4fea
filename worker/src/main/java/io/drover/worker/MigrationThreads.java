package io.drover.worker;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One thread a migration, and one a VM whose power is looked at; closing interrupts them and waits a little. */
final class MigrationThreads implements Executor, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MigrationThreads.class);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(15);
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    @Override
    public void execute(Runnable work) {
        threads.execute(work);
    }

    @Override
    public void close() {
        threads.shutdownNow();
        try {
            if (!threads.awaitTermination(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                // Harmless: the next claim shuts out whatever they still do.
                LOG.warn("a migration's or a VM's thread did not end within {} s", STOP_LIMIT.toSeconds());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
