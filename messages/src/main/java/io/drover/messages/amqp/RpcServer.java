package io.drover.messages.amqp;

import io.drover.messages.Failure;
import io.drover.messages.InvalidMessageException;
import io.drover.messages.bus.BusRights;
import io.drover.messages.bus.RejectedDelivery;
import io.drover.messages.bus.Routing;
import io.drover.messages.bus.RpcHandler;
import io.drover.messages.bus.RpcOutcome;
import io.drover.messages.oslo.OsloCodec;
import io.drover.messages.oslo.RpcApi;
import io.drover.messages.oslo.RpcFailure;
import io.drover.messages.oslo.RpcRequest;
import io.drover.messages.oslo.RpcRequest.ReplyTo;
import io.drover.messages.time.Backoff;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.StringNode;

/**
 * Serves the casts and calls of one topic as a server of oslo.messaging: queue {@code <topic>.<server>}, and
 * {@code <topic>} where any server will do. Unlike oslo's own, which acknowledges before it dispatches, a message is acknowledged when
 * the handler has it safe. Always answers {@code oslo_rpc_server_ping}.
 */
public final class RpcServer implements BrokerPart {
    private static final Logger LOG = LoggerFactory.getLogger(RpcServer.class);
    private static final String PING = "oslo_rpc_server_ping";

    private final RpcApi api;
    private final BusRights rights;
    private final RpcHandler handler;
    private final Replies replies = new Replies();
    private final List<BrokerPart> parts;
    /** Two queues, one handler. */
    private final ReentrantLock handling = new ReentrantLock();

    /**
     * Does nothing before it is attached.
     *
     * @param rights whose messages are taken; those of others are refused before anything is read of them
     * @param server name of this program on the topic: the host for a worker
     * @param prefetch messages taken from each queue before the first is acknowledged
     * @param holdBackoff between two tries of a held message
     */
    public RpcServer(
            RpcApi api, BusRights rights, String server, int prefetch, Backoff holdBackoff, RpcHandler handler) {
        this.api = api;
        this.rights = rights;
        this.handler = handler;
        String own = api.topic() + "." + server;
        this.parts = Stream.concat(
                        Stream.of(replies),
                        Stream.of(own, api.topic())
                                .filter(queue -> api.anyServer() || queue.equals(own))
                                .map(queue -> new QueueConsumer(
                                        mode -> QueueSpec.requests(queue, mode), prefetch, this::serve, holdBackoff)))
                .toList();
    }

    @Override
    public void attach(BrokerSession session) throws IOException {
        for (BrokerPart part : parts) {
            part.attach(session);
        }
    }

    @Override
    public void detach() {
        parts.reversed().forEach(BrokerPart::detach);
    }

    private Verdict serve(Delivery delivery) {
        handling.lock();
        try {
            if (!rights.mayCommand(delivery.sender())) {
                return refuse(delivery);
            }
            RpcRequest request = OsloCodec.decodeRequest(delivery.body());
            return settle(delivery, request, outcome(request));
        } catch (InvalidMessageException e) {
            return reject(delivery, e.getMessage());
        } finally {
            handling.unlock();
        }
    }

    /** A stranger is not answered: it says itself where an answer would go. */
    private Verdict refuse(Delivery delivery) {
        return reject(
                delivery,
                "sender: " + delivery.sender()
                        + ", may not command here; users that may are named in rabbit.commanders,"
                        + " controllers publish to exchange " + Routing.CONTROLLERS_EXCHANGE);
    }

    private RpcOutcome outcome(RpcRequest request) {
        if (request.method().equals(PING)) {
            return new RpcOutcome.Answered(StringNode.valueOf("pong"));
        }
        Optional<RpcFailure> refusal = api.refusal(request);
        if (refusal.isPresent()) {
            return new RpcOutcome.Failed(refusal.get());
        }
        try (CallMonitor _ = CallMonitor.start(request.replyTo(), replies)) {
            return handler.handle(request);
        } catch (RuntimeException e) {
            // A defect met by one request: its sender is told, and the ones behind it are served.
            LOG.error("{} {} met a defect", request.method(), request.uniqueId(), e);
            return new RpcOutcome.Failed(RpcFailure.of(
                    new Failure(Failure.Kind.INTERNAL, "a defect of Drover, its log says more: " + e.getMessage())));
        }
    }

    private Verdict settle(Delivery delivery, RpcRequest request, RpcOutcome outcome) {
        ReplyTo replyTo = request.replyTo();
        return switch (outcome) {
            case RpcOutcome.Answered answered -> {
                if (replyTo != null) {
                    replies.result(replyTo, answered.result());
                }
                yield new Verdict.Accepted();
            }
            case RpcOutcome.Failed failed -> {
                if (replyTo == null) {
                    yield reject(delivery, failed.failure().message());
                }
                replies.failure(replyTo, failed.failure());
                yield new Verdict.Accepted();
            }
            case RpcOutcome.HoldAndRetry hold -> new Verdict.HoldAndRetry(hold.why());
        };
    }

    private Verdict reject(Delivery delivery, String reason) {
        var rejected = RejectedDelivery.of(delivery.queue(), delivery.messageId(), reason, delivery.body());
        return handler.recordRejected(rejected)
                ? new Verdict.Rejected(reason)
                : new Verdict.HoldAndRetry("a rejected message cannot be recorded");
    }
}
