package io.drover.messages.bus;

import io.drover.messages.oslo.RpcRequest;

/** Serves the requests of one topic. One thread at a time calls it, in the order of each queue. */
public interface RpcHandler {
    /**
     * Takes a request over. Its method and version are known and its arguments match their schema. The same request may
     * come again after a lost connection: {@link RpcRequest#uniqueId()} tells. An exception counts as a failure of kind
     * internal.
     */
    RpcOutcome handle(RpcRequest request);

    /**
     * Records a message that is refused, before it goes to the rejected messages.
     *
     * @return false when the database is away: the message is held and offered again
     */
    boolean recordRejected(RejectedDelivery rejected);
}
