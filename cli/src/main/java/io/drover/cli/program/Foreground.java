package io.drover.cli.program;

import io.drover.cli.terminal.ExitCode;
import io.drover.messages.time.SystemClock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.slf4j.LoggerFactory;

/**
 * Runs a program until the process is asked to end (SIGTERM, SIGINT), then closes it in order. It ends as well, with
 * {@link ExitCode#INTERNAL}, when one of its threads ends by something that nobody caught, an Error most often: a
 * program without one of its loops looks healthy and is not, and whatever started it can start it again.
 */
final class Foreground {
    private Foreground() {}

    /** What runs until it is closed. */
    interface Running {
        /** The name of a loop that hangs, if one does. */
        Optional<String> hanging();

        void close() throws Exception;

        static Running of(AutoCloseable program, Supplier<Optional<String>> hanging) {
            return new Running() {
                @Override
                public Optional<String> hanging() {
                    return hanging.get();
                }

                @Override
                public void close() throws Exception {
                    program.close();
                }
            };
        }
    }

    /** Something that runs from start to close. */
    @FunctionalInterface
    interface Program {
        Running start() throws Exception;
    }

    /**
     * Does not return while the program runs; throws what its start threw, unless it was asked to end meanwhile.
     *
     * @param closeLimit for closing in order
     */
    static void run(Program program, Duration closeLimit, NotifySocket manager) throws Exception {
        Thread.setDefaultUncaughtExceptionHandler(Foreground::end);
        var asked = new AtomicBoolean();
        var closed = new CountDownLatch(1);
        Thread runner = Thread.currentThread();
        Runnable stop = () -> {
            asked.set(true);
            stop(runner, closed, closeLimit);
        };
        if (!onShutdown(new Thread(stop, "stop"))) {
            return;
        }
        try {
            try (var reports = new ServiceReports(manager, new SystemClock())) {
                Running running = program.start();
                reports.works(running::hanging);
                awaitInterrupt();
                reports.ends();
                running.close();
            }
        } catch (InterruptedException e) {
            // Asked to end while it was starting; a start that does not come about leaves nothing open.
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            if (!asked.get()) {
                throw e;
            }
            // The interrupt that asks for the end reaches a start in the midst of a file or a query, which fail by it.
            LoggerFactory.getLogger(Foreground.class).debug("ended while it was starting", e);
        } finally {
            closed.countDown();
        }
    }

    /** False when the process is ending already: then there is nothing to begin. */
    private static boolean onShutdown(Thread hook) {
        try {
            Runtime.getRuntime().addShutdownHook(hook);
            return true;
        } catch (IllegalStateException e) {
            return false;
        }
    }

    private static void end(Thread thread, Throwable cause) {
        try {
            LoggerFactory.getLogger(Foreground.class)
                    .error("the program ends, for its thread '{}' has ended by", thread.getName(), cause);
            // Not here: closing in order may wait for this very thread.
            Thread.ofPlatform().name("end").start(() -> System.exit(ExitCode.INTERNAL.code()));
        } catch (Throwable e) { // no memory for the line or the thread
            Runtime.getRuntime().halt(ExitCode.INTERNAL.code());
        }
    }

    /** The start may wait for a database for hours: an interrupt ends that as well. */
    private static void stop(Thread runner, CountDownLatch closed, Duration limit) {
        runner.interrupt();
        try {
            // Not for the thread's end: it goes on to System.exit, which waits for this hook.
            boolean inTime = closed.await(limit.toMillis(), TimeUnit.MILLISECONDS);
            if (!inTime) {
                System.err.println("drover: not closed within " + limit.toSeconds() + " s, ended all the same");
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
