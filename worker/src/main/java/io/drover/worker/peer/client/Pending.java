package io.drover.worker.peer.client;

import io.drover.worker.peer.channel.SessionFailure;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/** Questions that wait for their answers, by number. */
final class Pending<T> {
    private final Map<Long, CompletableFuture<T>> waiting = new ConcurrentHashMap<>();
    private final AtomicLong numbers = new AtomicLong();
    private final SessionFailure breakage;

    Pending(SessionFailure breakage) {
        this.breakage = breakage;
        breakage.onBreak(this::failAll);
    }

    /** A number for a question about to be sent. */
    long begin() {
        long number = numbers.incrementAndGet();
        waiting.put(number, new CompletableFuture<>());
        return number;
    }

    /** The answer; false when nobody waits for it any more. */
    boolean answer(long number, T answer) {
        CompletableFuture<T> future = waiting.get(number);
        return future != null && future.complete(answer);
    }

    /** Waits for the answer; the question is forgotten whatever happens. */
    T await(long number, Duration limit, String what) throws IOException, InterruptedException {
        CompletableFuture<T> future = waiting.get(number);
        if (future == null) {
            throw new IllegalStateException("nobody asked " + number);
        }
        try {
            breakage.check(); // it may have broken before the future was there to be failed
            return future.get(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new IOException(what + ": no answer within " + limit.toMillis() + " ms", e);
        } catch (ExecutionException e) {
            throw breakage.because(new IOException(what + ": " + e.getCause(), e));
        } finally {
            waiting.remove(number);
        }
    }

    void forget(long number) {
        waiting.remove(number);
    }

    private void failAll() {
        var over = new IOException("the session is over");
        waiting.values().forEach(future -> future.completeExceptionally(over));
    }
}
