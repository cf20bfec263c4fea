package io.drover.messages.amqp;

import com.rabbitmq.client.ShutdownSignalException;
import io.drover.messages.oslo.OsloCodec;
import io.drover.messages.oslo.RpcFailure;
import io.drover.messages.oslo.RpcReply;
import io.drover.messages.oslo.RpcRequest.ReplyTo;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.NullNode;

/** Sends the answers of calls over the default exchange. A caller that is gone is not an error. */
final class Replies implements BrokerPart {
    private static final Logger log = LoggerFactory.getLogger(Replies.class);
    private static final Duration CONFIRM_TIMEOUT = Duration.ofSeconds(5);
    /** A caller declares its queue before it calls, but that may still be on its way to our node of a cluster. */
    private static final int TRIES = 4;

    private static final Duration RETRY_AFTER = Duration.ofMillis(250);

    private record Attached(BrokerSession session, ConfirmingChannel channel) {}

    private volatile @Nullable Attached attached;

    @Override
    public void attach(BrokerSession session) throws IOException {
        attached = new Attached(session, new ConfirmingChannel(session.openChannel(), CONFIRM_TIMEOUT));
    }

    @Override
    public void detach() {
        attached = null;
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
        Attached now = attached;
        if (now == null) {
            return;
        }
        try {
            if (!sent(now.channel(), to, reply)) {
                log.warn("the caller of {} is gone: nobody has queue {}", to.messageId(), to.queue());
            }
        } catch (IOException | TimeoutException | ShutdownSignalException e) {
            now.session().fail("answering a call failed: " + e.getMessage());
        } catch (InterruptedException e) {
            now.session().fail("interrupted while answering a call");
            Thread.currentThread().interrupt();
        }
    }

    private static boolean sent(ConfirmingChannel channel, ReplyTo to, RpcReply reply)
            throws IOException, TimeoutException, InterruptedException {
        byte[] body = OsloCodec.encode(reply).getBytes(StandardCharsets.UTF_8);
        for (int tried = 0; tried < TRIES; tried++) {
            var properties = JsonProperties.persistent(reply.uniqueId());
            if (channel.publish("", to.queue(), properties, body) == ConfirmingChannel.Outcome.CONFIRMED) {
                return true;
            }
            Thread.sleep(RETRY_AFTER);
        }
        return false;
    }
}
