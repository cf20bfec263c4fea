package io.drover.cli.program;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs a program until the process is asked to end (SIGTERM, SIGINT), then closes it in order. */
final class Foreground {
    private static final Logger LOG = LoggerFactory.getLogger(Foreground.class);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(30);

    private Foreground() {}

    /** Something that runs from start to close. */
    @FunctionalInterface
    interface Program {
        AutoCloseable start() throws Exception;
    }

    /** Does not return while the program runs; throws what its start threw. */
    static void run(Program program) throws Exception {
        Thread runner = Thread.currentThread();
        var closed = new CountDownLatch(1);
        // The start itself may wait for a database for hours: an interrupt ends that too.
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(runner, closed), "stop"));
        try {
            AutoCloseable running = program.start();
            awaitInterrupt();
            running.close();
        } catch (InterruptedException e) {
            // Asked to end while it was starting; a start that does not come about leaves nothing open.
            Thread.currentThread().interrupt();
        } finally {
            closed.countDown();
        }
    }

    private static void awaitInterrupt() {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            // This is how the end is told; what closes now may have to wait for something itself.
            return;
        }
    }

    /** Waits for the close, not for the thread: that one goes on to exit, which waits for this hook in turn. */
    private static void stop(Thread runner, CountDownLatch closed) {
        runner.interrupt();
        try {
            if (!closed.await(CLOSE_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                LOG.warn("not closed within {} s", CLOSE_LIMIT.toSeconds());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
