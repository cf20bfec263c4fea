package io.drover.cli.program;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Runs a program until the process is asked to end (SIGTERM, SIGINT), then closes it in order. */
final class Foreground {
    private static final int CLOSE_LIMIT_S = 30;

    private Foreground() {}

    /** Something that runs from start to close. */
    @FunctionalInterface
    interface Program {
        AutoCloseable start() throws Exception;
    }

    /** Does not return while the program runs; throws what its start threw. */
    static void run(Program program) throws Exception {
        var closed = new CountDownLatch(1);
        Thread runner = Thread.currentThread();
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

    /** The start may wait for a database for hours: an interrupt ends that as well. */
    private static void stop(Thread runner, CountDownLatch closed) {
        runner.interrupt();
        try {
            // Not for the thread's end: it goes on to System.exit, which waits for this hook.
            boolean inTime = closed.await(CLOSE_LIMIT_S, TimeUnit.SECONDS);
            if (!inTime) {
                System.err.println("drover: not closed within " + CLOSE_LIMIT_S + " s, ended all the same");
            }
        } catch (InterruptedException e) {
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
}
