package io.drover.messages.amqp;

import io.drover.messages.oslo.RpcRequest.ReplyTo;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells a watching caller twice within its patience that its call is being worked on, until closed. */
final class CallMonitor implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CallMonitor.class);

    /** As oslo.messaging's own server: faster than this it does not beat ({@code rpc/server.py}). */
    private static final double PERIOD_MIN_S = 1;

    private static final double PERIOD_MAX_MS = 86_400_000;

    private final CountDownLatch done = new CountDownLatch(1);

    private CallMonitor() {}

    /** Starts beating if the request is a call whose caller watches. */
    static CallMonitor start(@Nullable ReplyTo to, Replies replies) {
        var monitor = new CallMonitor();
        if (to != null && to.monitorSeconds() != null && to.monitorSeconds() / 2 >= PERIOD_MIN_S) {
            long periodMs = (long) Math.min(to.monitorSeconds() * 500, PERIOD_MAX_MS);
            Thread.ofVirtual().name("call monitor").start(() -> monitor.beat(to, replies, periodMs));
        }
        return monitor;
    }

    private void beat(ReplyTo to, Replies replies, long periodMs) {
        try {
            while (!done.await(periodMs, TimeUnit.MILLISECONDS)) {
                replies.heartbeat(to);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            // Top of the thread. The caller misses its heartbeats and gives the call up.
            LOG.warn("no more heartbeats for a call: {}", e.toString());
        }
    }

    @Override
    public void close() {
        done.countDown();
    }
}
