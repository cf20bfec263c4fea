package io.drover.messages.time;

import io.drover.messages.text.FileProblem;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does the same work again and again in a thread of its own, until it is closed. No exception ends a periodic or a polling
 * loop. An {@link Error} ends every loop, and the program with it, which is made to be started again.
 *
 * <p>The simulation calls {@link #run} in threads of its own instead of {@link #start}.
 */
public final class BackgroundLoop implements Runnable, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BackgroundLoop.class);
    private static final Duration WAKE_POLL = Duration.ofMillis(50);
    /** Cleaning up after a large image is the longest of all turns. */
    private static final Duration HANGS_AFTER = Duration.ofMinutes(5);

    private final Turn turn;
    private final Rest rest;
    private final BackgroundThread thread;
    private final AtomicBoolean woken;
    private final String name;
    private final Clock clock;
    private volatile boolean ending;
    private volatile @Nullable Duration workingSince;

    /** Work that may fail. */
    @FunctionalInterface
    public interface Work {
        void run() throws Exception;
    }

    /** Work that deals with its failures itself: an exception is a defect. */
    @FunctionalInterface
    public interface Look {
        void look() throws InterruptedException;
    }

    /** Work that deals with its failures itself and says how long to rest after it. */
    @FunctionalInterface
    public interface Turn {
        Duration take() throws InterruptedException;
    }

    /** How the time between two turns is spent. */
    @FunctionalInterface
    private interface Rest {
        void take(Duration length) throws InterruptedException;
    }

    private BackgroundLoop(String name, Clock clock, Turn turn, Rest rest, AtomicBoolean woken) {
        this.name = name;
        this.clock = clock;
        this.turn = turn;
        this.rest = rest;
        this.woken = woken;
        this.thread = BackgroundThread.virtual(name, this);
    }

    /**
     * Works once in every period, counted from its start. Trouble is said once and ends when it ends; {@code name} completes
     * "... does not work".
     */
    public static BackgroundLoop periodic(String name, Duration period, Clock clock, Work work) {
        return new BackgroundLoop(
                name, clock, new Periodic(name, period, clock, work), clock::sleep, new AtomicBoolean());
    }

    /** Looks, pauses, and looks again, at once when woken by {@link #wake}. */
    public static BackgroundLoop polling(String name, Duration pause, Clock clock, Look look) {
        var woken = new AtomicBoolean();
        Turn turn = () -> {
            lookOnce(name, look);
            return pause;
        };
        Rest rest = length -> {
            boolean early = clock.await(() -> woken.getAndSet(false), length, WAKE_POLL);
            LOG.trace("{} woken: {}", name, early);
        };
        return new BackgroundLoop(name, clock, turn, rest, woken);
    }

    /** Takes turn after turn, with the rest between them that each asks for. */
    public static BackgroundLoop paced(String name, Clock clock, Turn turn) {
        return new BackgroundLoop(name, clock, turn, clock::sleep, new AtomicBoolean());
    }

    private static void lookOnce(String name, Look look) throws InterruptedException {
        try {
            look.look();
        } catch (RuntimeException e) {
            // Top of the thread: a defect must not end the loop that everything depends on.
            LOG.error("the loop of {} goes on after", name, e);
        }
    }

    public BackgroundLoop start() {
        var _ = thread.start();
        return this;
    }

    /** Returns after {@link #finish} or an interrupt. */
    @Override
    public void run() {
        try {
            while (!ending && !Thread.currentThread().isInterrupted()) {
                rest.take(work());
            }
        } catch (InterruptedException e) {
            // Closed.
            Thread.currentThread().interrupt();
        }
    }

    public String name() {
        return name;
    }

    private Duration work() throws InterruptedException {
        workingSince = clock.elapsed();
        Duration pause = turn.take();
        workingSince = null;
        return pause;
    }

    /** Whether the turn that is being taken has lasted far longer than any does. */
    public boolean hangs() {
        return working().compareTo(HANGS_AFTER) > 0;
    }

    /** How long the turn that is being taken has lasted; zero between two turns. */
    Duration working() {
        Duration since = workingSince;
        return since == null ? Duration.ZERO : clock.elapsed().minus(since);
    }

    /** There may be something to do: a polling loop looks at once. Another loop keeps its pace. */
    public void wake() {
        woken.set(true);
    }

    /** Interrupts the loop and does not wait for its end, so that its own work may call it. */
    public void interrupt() {
        thread.interrupt();
    }

    /** Lets the work under way come to its end, which an interrupt would break off; whether it did within the limit. */
    public boolean finish(Duration limit) {
        ending = true;
        wake();
        return thread.join(limit);
    }

    @Override
    public void close() {
        thread.close();
    }

    /** The turns of a periodic loop. */
    private static final class Periodic implements Turn {
        private final String name;
        private final Duration period;
        private final Clock clock;
        private final Work work;
        private @Nullable Duration due;
        private boolean troubled;

        Periodic(String name, Duration period, Clock clock, Work work) {
            this.name = name;
            this.period = period;
            this.clock = clock;
            this.work = work;
        }

        @Override
        public Duration take() throws InterruptedException {
            Duration begin = due == null ? clock.elapsed() : due;
            once();
            // Counted from the start of each period, so that slow work does not stretch the rhythm.
            Duration next = begin.plus(period);
            Duration left = next.minus(clock.elapsed());
            // What was missed is not made up for.
            due = left.isPositive() ? next : clock.elapsed();
            return left.isPositive() ? left : Duration.ZERO;
        }

        private void once() throws InterruptedException {
            try {
                work.run();
                if (troubled) {
                    LOG.info("{} works again", name);
                }
                troubled = false;
            } catch (InterruptedException e) {
                throw e;
            } catch (Exception e) {
                // The top of the thread: whatever it was must not end the rhythm.
                if (!troubled) {
                    String cause = e instanceof IOException ? FileProblem.told(e) : e.toString();
                    LOG.warn("{} does not work, tried again every {} ms: {}", name, period.toMillis(), cause);
                }
                LOG.debug("{}", name, e);
                troubled = true;
            }
        }
    }
}
