package io.drover.messages.time;

import java.io.IOException;
import java.time.Duration;
import java.util.function.Predicate;

/**
 * Waits for what nobody announces, by looking again and again until a limit. The last look is after the limit, so that time
 * spent asleep for too long decides nothing.
 *
 * <p>The condition may ask other programs and fail: what it throws ends the wait. For a condition over this program's own
 * memory there is {@link Clock#await}, which the simulation answers without looking.
 *
 * @param pause between the first two looks; each further pause is twice as long, up to {@code pauseMax}
 */
public record Wait(Clock clock, Duration limit, Duration pause, Duration pauseMax) {
    private static final Duration FOREVER = Duration.ofSeconds(Long.MAX_VALUE);

    /** Looks at equal intervals. */
    public Wait(Clock clock, Duration limit, Duration pause) {
        this(clock, limit, pause, pause);
    }

    /** Waits until the condition holds, it fails, or the thread is interrupted. */
    public static Wait forever(Clock clock, Duration pause) {
        return new Wait(clock, FOREVER, pause);
    }

    public Wait within(Duration other) {
        return new Wait(clock, other, pause, pauseMax);
    }

    public Wait backingOffTo(Duration max) {
        return new Wait(clock, limit, pause, max);
    }

    /** What is waited for. */
    @FunctionalInterface
    public interface Condition<X extends Exception> {
        boolean holds() throws X, InterruptedException;
    }

    /** What is asked until the answer will do. */
    @FunctionalInterface
    public interface Question<T, X extends Exception> {
        T ask() throws X, InterruptedException;
    }

    /** Waits until the condition holds; false when it did not within the limit. */
    public <X extends Exception> boolean until(Condition<X> condition) throws X, InterruptedException {
        return answer(condition::holds, held -> held);
    }

    /**
     * Waits until the condition holds.
     *
     * @throws IOException says that {@code what} did not come within the limit
     */
    public <X extends Exception> void until(String what, Condition<X> condition)
            throws IOException, X, InterruptedException {
        if (!until(condition)) {
            throw new IOException(what + " did not come within " + limit);
        }
    }

    /** Asks until the answer will do; returns the last answer, which need not do when the limit is over. */
    public <T, X extends Exception> T answer(Question<T, X> question, Predicate<? super T> willDo)
            throws X, InterruptedException {
        Duration begin = clock.elapsed();
        Duration next = pause;
        T answer = question.ask();
        while (!willDo.test(answer) && clock.elapsed().minus(begin).compareTo(limit) < 0) {
            clock.sleep(next);
            next = longer(next);
            answer = question.ask();
        }
        return answer;
    }

    private Duration longer(Duration last) {
        Duration twice = last.multipliedBy(2);
        return twice.compareTo(pauseMax) < 0 ? twice : pauseMax;
    }
}
