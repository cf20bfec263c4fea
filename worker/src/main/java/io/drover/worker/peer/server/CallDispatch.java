package io.drover.worker.peer.server;

import io.drover.messages.DiskId;
import io.drover.messages.Failure;
import io.drover.messages.MigrationId;
import io.drover.messages.json.DroverJson;
import io.drover.worker.image.BasePart;
import io.drover.worker.peer.Destination;
import io.drover.worker.peer.DestinationDirectory;
import io.drover.worker.peer.PeerRefusedException;
import io.drover.worker.peer.call.Calls;
import io.drover.worker.peer.call.ControlPayload;
import io.drover.worker.replication.ContentOffer;
import io.drover.worker.wire.Frame;
import io.drover.worker.wire.WireException;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/** Answers the calls of one session with what the destination does. */
final class CallDispatch {
    private static final Logger LOG = LoggerFactory.getLogger(CallDispatch.class);
    private final MigrationId migration;
    private final DestinationDirectory directory;
    private final SessionDisks disks;

    CallDispatch(MigrationId migration, DestinationDirectory directory, SessionDisks disks) {
        this.migration = migration;
        this.directory = directory;
        this.disks = disks;
    }

    /** Whether the call writes to images. */
    static boolean writes(ControlPayload request) {
        return request.json().path("call").asString("").equals(Calls.OFFER);
    }

    /** The payload of the answer; whatever goes wrong is an answer too. */
    ByteBuffer answer(ControlPayload request) throws IOException, InterruptedException {
        return ControlPayload.encode(reply(request), Frame.NOTHING);
    }

    private ControlPayload.Reply reply(ControlPayload request) throws InterruptedException {
        try {
            ControlPayload.Call call = request.as(ControlPayload.Call.class);
            @Nullable Object result = result(call, request.bytes());
            JsonNode tree = result == null ? null : DroverJson.mapper().valueToTree(result);
            return new ControlPayload.Reply(tree, null, null);
        } catch (PeerRefusedException e) {
            return new ControlPayload.Reply(null, e.failure(), null);
        } catch (WireException e) {
            return refused(Failure.Kind.REJECTED, "call: " + e.getMessage());
        } catch (IOException e) {
            LOG.warn("migration {}: a call of the source failed", migration, e);
            return new ControlPayload.Reply(null, null, String.valueOf(e.getMessage()));
        } catch (RuntimeException | Error e) { // top of the call's thread: the source must get an answer
            LOG.error("migration {}: defect in a call of the source", migration, e);
            return refused(Failure.Kind.INTERNAL, "the destination has a defect: " + e);
        }
    }

    private @Nullable Object result(ControlPayload.Call call, ByteBuffer bytes)
            throws IOException, InterruptedException {
        Destination destination = directory.destination(migration);
        JsonNode arguments = call.arguments();
        return switch (call.call()) {
            case Calls.TAKE_BASE ->
                new Calls.Taken(
                        destination.takeBase(base(ControlPayload.convert(arguments, Calls.TakeBase.class), bytes)));
            case Calls.PREPARE ->
                destination.prepare(ControlPayload.convert(arguments, Destination.PrepareRequest.class));
            case Calls.OPEN_DISK -> open(disk(arguments));
            case Calls.OFFER -> offer(ControlPayload.convert(arguments, Calls.Offer.class), bytes);
            case Calls.AWAIT_COMPLETE -> {
                var wait = ControlPayload.convert(arguments, Calls.AwaitComplete.class);
                yield new Calls.Completed(destination.awaitComplete(wait.limit()));
            }
            case Calls.OBSERVE -> destination.observe();
            case Calls.COMPARE -> compare(destination, ControlPayload.convert(arguments, Calls.Compare.class), bytes);
            case Calls.LEAVE_BEHIND -> {
                var left = ControlPayload.convert(arguments, Calls.LeaveBehind.class);
                destination.leaveBehind(left.disk(), Calls.extents(left.extents()));
                yield null;
            }
            case Calls.MISSING -> {
                var from = ControlPayload.convert(arguments, Calls.MissingFrom.class);
                var missing = destination.missing(from.disk(), from.offset());
                yield new Calls.Lacking(Calls.flat(missing.extents()), missing.bytes());
            }
            case Calls.COMPLETE_PULL -> new Calls.Completed(destination.completePull());
            case Calls.RUN, Calls.SETTLE, Calls.ABORT -> {
                command(destination, call.call());
                yield null;
            }
            default -> throw new WireException("'" + call.call() + "' is unknown");
        };
    }

    private Calls.OpenedDisk open(DiskId disk) throws IOException, InterruptedException {
        return new Calls.OpenedDisk(disks.open(disk), disks.known(disk));
    }

    private Calls.Wanted offer(Calls.Offer call, ByteBuffer digests) throws IOException, InterruptedException {
        ContentOffer offer;
        try {
            offer = new ContentOffer(
                    call.offset(), call.length(), call.blockBytes(), Calls.Blocks.decode(call.blocks()), digests);
        } catch (IllegalArgumentException e) {
            throw new WireException(String.valueOf(e.getMessage()));
        }
        return new Calls.Wanted(Calls.Blocks.encode(disks.answer(call.disk(), offer)));
    }

    private static void command(Destination destination, String name) throws IOException, InterruptedException {
        switch (name) {
            case Calls.RUN -> destination.run();
            case Calls.SETTLE -> destination.settle();
            default -> destination.abort();
        }
    }

    private static Destination.RegionComparison compare(
            Destination destination, Calls.Compare compare, ByteBuffer bytes) throws IOException, InterruptedException {
        var digests = new Destination.RegionDigests(compare.offset(), compare.length(), compare.zero() ? null : bytes);
        return destination.compare(compare.disk(), digests);
    }

    private static BasePart base(Calls.TakeBase call, ByteBuffer content) throws WireException {
        try {
            return new BasePart(call.image(), call.size(), call.sha256(), call.offset(), content);
        } catch (IllegalArgumentException e) {
            throw new WireException(String.valueOf(e.getMessage()));
        }
    }

    private static DiskId disk(@Nullable JsonNode arguments) throws WireException {
        return ControlPayload.convert(arguments, Calls.OpenDisk.class).disk();
    }

    private static ControlPayload.Reply refused(Failure.Kind kind, String message) {
        return new ControlPayload.Reply(null, new Failure(kind, message), null);
    }
}
