package io.drover.worker.sim.control;

import io.drover.messages.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Time, chance and threads. Exactly one thread runs at a time; whoever waits picks the next event, by time, and hands
 * the world over. Every call of a port is a {@link #step}: a random delay in which anybody else may run, and in which
 * the caller's worker may die.
 */
public final class SimWorld {
    /** Of the machine's own time: a world that waits for something outside of it never goes on. */
    private static final Duration STANDSTILL = Duration.ofMinutes(2);

    private static final int TRACE_MAX = 400;
    private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");

    private final SplittableRandom random;
    private final PriorityQueue<Event> events =
            new PriorityQueue<>(Comparator.comparingLong(Event::at).thenComparingLong(Event::number));
    private final List<Waiter> waiters = new ArrayList<>();
    private final List<SimThread> threads = new ArrayList<>();
    private final Deque<String> trace = new ArrayDeque<>();
    private final CountDownLatch over = new CountDownLatch(1);
    private final Map<String, Integer> counts = new TreeMap<>();
    private final List<Runnable> checks = new ArrayList<>();
    private long nowNanos;
    private long untilNanos;
    private long numbers;
    private long eventsDone;
    private boolean ended;
    private BooleanSupplier goal = () -> false;
    private Consumer<Boolean> atMoment = handover -> {};
    private @Nullable SimThread current;
    private volatile @Nullable Throwable failure;

    public SimWorld(long seed) {
        this.random = new SplittableRandom(seed);
    }

    /** Dies with its thread's worker; an Error, so that no code under test catches it. */
    static final class WorkerDied extends Error {
        private static final long serialVersionUID = 1L;

        WorkerDied() {
            super("the worker died", null, false, false);
        }
    }

    /** Something that must never happen did. */
    public static final class Violation extends Error {
        private static final long serialVersionUID = 1L;

        Violation(String message) {
            super(message);
        }
    }

    private record Event(
            long at,
            long number,
            @Nullable SimThread thread,
            long token,
            @Nullable Runnable action) {}

    private record Waiter(SimThread thread, BooleanSupplier condition) {}

    /** A thread of a worker's life; dead as soon as that life is over. */
    private static final class SimThread {
        private final BooleanSupplier alive;
        private @Nullable Thread thread;
        private long token;
        private volatile boolean go;

        SimThread(BooleanSupplier alive) {
            this.alive = alive;
        }
    }

    // --- chance ----------------------------------------------------------------------------------------------------

    public boolean chance(double probability) {
        return probability > 0 && random.nextDouble() < probability;
    }

    public int below(int bound) {
        return random.nextInt(bound);
    }

    public Duration between(Duration least, Duration most) {
        return least.plusNanos((long) (random.nextDouble() * most.minus(least).toNanos()));
    }

    public Duration millis(int least, int most) {
        return between(Duration.ofMillis(least), Duration.ofMillis(most));
    }

    // --- time ------------------------------------------------------------------------------------------------------

    public Duration now() {
        return Duration.ofNanos(nowNanos);
    }

    public long eventsDone() {
        return eventsDone;
    }

    /** Does something later, outside any thread. */
    public void later(Duration delay, Runnable action) {
        add(delay, null, 0, action);
    }

    /** A thread that lives as long as {@code alive} says. */
    public void spawn(BooleanSupplier alive, Runnable body) {
        var born = new SimThread(alive);
        threads.add(born);
        born.thread = Thread.ofVirtual().unstarted(() -> live(born, body));
        add(Duration.ZERO, born, born.token, null);
    }

    /** To be run after every event. */
    public void check(Runnable check) {
        checks.add(check);
    }

    /** To be run at every {@link #moment}; is told whether it belongs to the handover. */
    public void atMoment(Consumer<Boolean> action) {
        atMoment = action;
    }

    /** Something happened around which everything is delicate: what breaks should break now and then right here. */
    public void moment(boolean handover) {
        atMoment.accept(handover);
    }

    /** A port is called: time passes, others run. */
    public void step() {
        if (current != null) {
            pause(chance(0.01) ? millis(1, 300) : Duration.ofNanos(below(2_000_000)));
        }
    }

    public void pause(Duration duration) {
        SimThread me = alive();
        add(duration, me, ++me.token, null);
        yield_(me);
    }

    /** Waits until the condition holds; false when it does not within {@code limit}. */
    public boolean await(BooleanSupplier condition, Duration limit) {
        SimThread me = alive();
        if (condition.getAsBoolean()) {
            return true;
        }
        boolean[] held = new boolean[1];
        var waiter = new Waiter(me, () -> held[0] = condition.getAsBoolean());
        waiters.add(waiter);
        add(limit, me, ++me.token, null);
        try {
            yield_(me);
        } finally {
            waiters.remove(waiter);
        }
        return held[0];
    }

    public Clock clock() {
        return new Clock() {
            @Override
            public Instant now() {
                return BEGIN.plusNanos(nowNanos);
            }

            @Override
            public Duration elapsed() {
                return SimWorld.this.now();
            }

            @Override
            public void sleep(Duration duration) {
                pause(duration);
            }

            @Override
            public boolean await(BooleanSupplier condition, Duration limit, Duration pollEvery) {
                return SimWorld.this.await(condition, limit);
            }
        };
    }

    // --- telling ---------------------------------------------------------------------------------------------------

    public void note(String event) {
        if (trace.size() == TRACE_MAX) {
            trace.removeFirst();
        }
        trace.addLast("%10.4f  %s".formatted(nowNanos / 1e9, event));
    }

    /** Counts something the scenario is meant to reach. */
    public void count(String what) {
        counts.merge(what, 1, Integer::sum);
    }

    public Map<String, Integer> counts() {
        return counts;
    }

    public String trace() {
        return String.join("\n", trace);
    }

    /** Ends the world with a failure. */
    public Violation violation(String message) {
        note("VIOLATION %s".formatted(message));
        var violation = new Violation(message);
        if (failure == null) {
            failure = violation;
        }
        return violation;
    }

    // --- running ---------------------------------------------------------------------------------------------------

    /** Runs until the goal is reached or the time is over; returns whether it was reached. Throws what went wrong. */
    public boolean run(Duration limit, BooleanSupplier reached) {
        goal = reached;
        untilNanos = limit.toNanos();
        next(null);
        awaitOver();
        end();
        Throwable wrong = failure;
        if (wrong instanceof Error error) {
            throw error;
        }
        if (wrong != null) {
            throw new IllegalStateException(wrong);
        }
        return goal.getAsBoolean();
    }

    private void awaitOver() {
        try {
            if (!over.await(STANDSTILL.toSeconds(), TimeUnit.SECONDS)) {
                SimThread last = current;
                Thread body = last == null ? null : last.thread;
                throw new IllegalStateException("the world stands still at " + nowNanos + " ns in "
                        + (body == null ? "no thread" : List.of(body.getState(), List.of(body.getStackTrace()))));
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void end() {
        ended = true;
        for (SimThread thread : List.copyOf(threads)) {
            Thread body = thread.thread;
            if (body != null && body.getState() != Thread.State.NEW) {
                current = thread;
                wake(thread);
                join(body);
            }
        }
        current = null;
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void live(SimThread me, Runnable body) {
        try {
            if (!ended && me.alive.getAsBoolean()) {
                body.run();
            }
        } catch (WorkerDied e) {
            // As it was meant.
        } catch (Throwable e) {
            if (failure == null) {
                failure = e;
            }
        }
        threads.remove(me);
        if (!ended) {
            next(null);
        }
    }

    private SimThread alive() {
        SimThread me = current;
        if (me == null) {
            throw new IllegalStateException("not in a thread of the simulation");
        }
        if (ended || !me.alive.getAsBoolean()) {
            throw new WorkerDied();
        }
        return me;
    }

    private void yield_(SimThread me) {
        if (!next(me)) {
            while (!me.go) {
                LockSupport.park(this);
            }
            me.go = false;
        }
        if (ended || !me.alive.getAsBoolean()) {
            throw new WorkerDied();
        }
    }

    /** Does events until a thread's turn comes. True when it is the caller's own. */
    private boolean next(@Nullable SimThread me) {
        while (true) {
            Event event = failure == null && !goal.getAsBoolean() ? events.poll() : null;
            if (event == null || event.at() > untilNanos) {
                over.countDown();
                return false;
            }
            nowNanos = event.at();
            eventsDone++;
            SimThread thread = event.thread();
            if (thread == null) {
                act(event);
            } else if (event.token() == thread.token) {
                wakeWaiters();
                if (event.token() != thread.token) {
                    // What it waited for came at the very end of its limit: it is woken for that, and once only.
                    continue;
                }
                current = thread;
                if (thread == me) {
                    return true;
                }
                hand(thread);
                return false;
            }
        }
    }

    private void act(Event event) {
        current = null;
        try {
            if (event.action() != null) {
                event.action().run();
            }
        } catch (RuntimeException | Error e) {
            if (failure == null) {
                failure = e;
            }
        }
        wakeWaiters();
    }

    private void wakeWaiters() {
        try {
            checks.forEach(Runnable::run);
            for (Waiter waiter : List.copyOf(waiters)) {
                if (waiter.condition().getAsBoolean()) {
                    waiters.remove(waiter);
                    add(Duration.ofNanos(below(1_000_000)), waiter.thread(), ++waiter.thread().token, null);
                }
            }
        } catch (RuntimeException | Error e) { // thrown on, it would end this thread and nobody would have the turn
            if (failure == null) {
                failure = e;
            }
        }
    }

    private void hand(SimThread thread) {
        Thread body = thread.thread;
        if (body != null && body.getState() == Thread.State.NEW) {
            body.start();
        } else {
            wake(thread);
        }
    }

    private static void wake(SimThread thread) {
        thread.go = true;
        LockSupport.unpark(thread.thread);
    }

    private void add(Duration delay, @Nullable SimThread thread, long token, @Nullable Runnable action) {
        events.add(new Event(nowNanos + Math.max(0, delay.toNanos()), numbers++, thread, token, action));
    }
}
