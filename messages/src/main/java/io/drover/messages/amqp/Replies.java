package io.drover.messages.amqp;

import com.rabbitmq.client.ShutdownSignalException;
import io.drover.messages.oslo.OsloCodec;
import io.drover.messages.oslo.RpcFailure;
import io.drover.messages.oslo.RpcReply;
import io.drover.messages.oslo.RpcRequest.ReplyTo;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.SequencedSet;
import java.util.UUID;
import java.util.concurrent.DelayQueue;
import java.util.concurrent.Delayed;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.NullNode;

/**
 * Sends the answers of calls over the default exchange, on a thread of its own: whoever serves calls never waits for a
 * caller. A caller that is gone is not an error. Answers are in nobody's name, since the caller chose where they go.
 */
final class Replies implements BrokerPart {
    private static final Logger LOG = LoggerFactory.getLogger(Replies.class);
    private static final Duration CONFIRM_TIMEOUT = Duration.ofSeconds(5);
    /** A caller declares its queue before it calls, but that may still be on its way to our node of a cluster. */
    private static final int TRIES = 4;

    private static final Duration RETRY_AFTER = Duration.ofMillis(250);
    /** More than callers ever wait for at once; beyond it somebody asks without listening. */
    private static final int WAITING_MAX = 1_000;

    private static final int GONE_MAX = 1_000;

    private volatile @Nullable Line line;

    @Override
    public void attach(BrokerSession session) throws IOException {
        var opened = new Line(session, new ConfirmingChannel(session, session.openChannelApart(), CONFIRM_TIMEOUT));
        line = opened;
        Thread.ofVirtual().name("answers of calls").start(opened::run);
    }

    @Override
    public void detach() {
        Line old = line;
        line = null;
        if (old != null) {
            old.end();
        }
    }

    void result(ReplyTo to, JsonNode result) {
        send(to, new RpcReply(to.messageId(), result, null, true, newId()));
    }

    void failure(ReplyTo to, RpcFailure failure) {
        send(to, new RpcReply(to.messageId(), NullNode.getInstance(), failure, true, newId()));
    }

    /** Only for a caller that watches: one that does not crashes on it. */
    void heartbeat(ReplyTo to) {
        send(to, new RpcReply(to.messageId(), NullNode.getInstance(), null, false, newId()));
    }

    private static String newId() {
        return UUID.randomUUID().toString().replace("-", "");
    }

    private void send(ReplyTo to, RpcReply reply) {
        Line now = line;
        if (now != null) {
            now.add(new Waiting(to, reply, 1, System.nanoTime()));
        }
    }

    /** An answer to be sent at {@code dueNanos}, for the {@code attempt}-th time. */
    private record Waiting(ReplyTo to, RpcReply reply, int attempt, long dueNanos) implements Delayed {
        Waiting again() {
            return new Waiting(to, reply, attempt + 1, System.nanoTime() + RETRY_AFTER.toNanos());
        }

        @Override
        public long getDelay(TimeUnit unit) {
            return unit.convert(dueNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
        }

        @Override
        public int compareTo(Delayed other) {
            return Long.signum(dueNanos - ((Waiting) other).dueNanos);
        }
    }

    /** The answers of one session. */
    private static final class Line {
        private final BrokerSession session;
        private final ConfirmingChannel channel;
        private final DelayQueue<Waiting> waiting = new DelayQueue<>();
        /** Queues that nobody had at the last try: an answer for one is tried once. Only the line's thread uses it. */
        private final SequencedSet<String> gone = new LinkedHashSet<>();

        private volatile boolean over;

        Line(BrokerSession session, ConfirmingChannel channel) {
            this.session = session;
            this.channel = channel;
        }

        void add(Waiting answer) {
            if (over) {
                return;
            }
            if (waiting.size() < WAITING_MAX) {
                waiting.add(answer);
            } else {
                LOG.warn(
                        "dropped the answer to {}: {} are waiting to be sent",
                        answer.to().messageId(),
                        WAITING_MAX);
            }
        }

        void end() {
            over = true;
            waiting.clear();
        }

        void run() {
            try {
                while (!over) {
                    Waiting next = waiting.poll(1, TimeUnit.SECONDS);
                    if (next != null) {
                        settle(
                                next,
                                channel.publish(
                                        "",
                                        next.to().queue(),
                                        JsonProperties.persistent(next.reply().uniqueId()),
                                        OsloCodec.encode(next.reply()).getBytes(StandardCharsets.UTF_8)));
                    }
                }
            } catch (ShutdownSignalException e) {
                // Only this channel: whoever calls a program that may not answer gets no answer, and hurts nobody else.
                LOG.warn("calls are not answered any more on this connection: {}", BrokerSession.text(e));
                end();
            } catch (IOException | TimeoutException e) {
                session.fail("answering a call failed: " + e.getMessage());
            } catch (InterruptedException e) {
                session.fail("interrupted while answering a call");
            }
        }

        private void settle(Waiting answer, ConfirmingChannel.Outcome outcome) {
            String queue = answer.to().queue();
            if (outcome == ConfirmingChannel.Outcome.CONFIRMED) {
                gone.remove(queue);
            } else if (answer.attempt() < TRIES && !gone.contains(queue)) {
                waiting.add(answer.again());
            } else if (outcome == ConfirmingChannel.Outcome.RETURNED) {
                forget(queue, answer.to());
            } else {
                LOG.warn("the answer to {} could not be sent: {}", answer.to().messageId(), outcome);
            }
        }

        private void forget(String queue, ReplyTo to) {
            if (gone.add(queue)) {
                LOG.warn("the caller of {} is gone: nobody has queue {}", to.messageId(), queue);
            }
            if (gone.size() > GONE_MAX) {
                gone.removeFirst();
            }
        }
    }
}
