package io.drover.testbed.rabbit;

import io.drover.messages.bus.RejectedDelivery;
import io.drover.messages.bus.RpcHandler;
import io.drover.messages.bus.RpcOutcome;
import io.drover.messages.oslo.RpcRequest;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** Notes what it was given and answers as told. */
final class RecordingHandler implements RpcHandler {
    final List<RpcRequest> requests = new CopyOnWriteArrayList<>();
    final List<RejectedDelivery> rejected = new CopyOnWriteArrayList<>();
    volatile boolean databaseAway;
    final AtomicInteger heldTimes = new AtomicInteger();
    private final Function<RpcRequest, RpcOutcome> answer;

    RecordingHandler(Function<RpcRequest, RpcOutcome> answer) {
        this.answer = answer;
    }

    static RecordingHandler accepting() {
        return new RecordingHandler(request -> RpcOutcome.Answered.NOTHING);
    }

    @Override
    public RpcOutcome handle(RpcRequest request) {
        if (databaseAway) {
            heldTimes.incrementAndGet();
            return new RpcOutcome.HoldAndRetry("the database is away");
        }
        requests.add(request);
        return answer.apply(request);
    }

    @Override
    public boolean recordRejected(RejectedDelivery delivery) {
        if (databaseAway) {
            heldTimes.incrementAndGet();
            return false;
        }
        rejected.add(delivery);
        return true;
    }

    List<String> uniqueIds() {
        return requests.stream().map(RpcRequest::uniqueId).toList();
    }
}
