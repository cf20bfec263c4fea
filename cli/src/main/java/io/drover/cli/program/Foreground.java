package io.drover.cli.program;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/** Runs a program until the process is asked to end (SIGTERM, SIGINT), then closes it in order. */
final class Foreground {
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
        // The start itself may wait for a database for hours: an interrupt ends that too.
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(runner), "stop"));
        try {
            AutoCloseable running = program.start();
            awaitInterrupt();
            running.close();
        } catch (InterruptedException e) {
            // Asked to end while it was starting; a start that does not come about leaves nothing open.
            Thread.currentThread().interrupt();
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

    private static void stop(Thread runner) {
        runner.interrupt();
        try {
            runner.join(CLOSE_LIMIT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
