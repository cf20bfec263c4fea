package io.drover.messages.bus;

import io.drover.messages.oslo.RpcFailure;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.NullNode;

/** What became of a request. */
public sealed interface RpcOutcome {
    /** It is safe with us: a call is answered with the result, the message is acknowledged. */
    record Answered(JsonNode result) implements RpcOutcome {
        /** Without a result: what a cast ends with. */
        public static final Answered NOTHING = new Answered(NullNode.getInstance());
    }

    /** It must never be sent again: a call is answered with the failure, a cast goes to the rejected messages. */
    record Failed(RpcFailure failure) implements RpcOutcome {}

    /** The database is away: the message is kept, nothing after it is taken, and it is handed over again later. */
    record HoldAndRetry(String why) implements RpcOutcome {}
}
