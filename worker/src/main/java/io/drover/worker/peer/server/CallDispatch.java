package io.drover.worker.peer.server;

import io.drover.messages.Failure;
import io.drover.messages.MigrationId;
import io.drover.messages.text.FileProblem;
import io.drover.worker.image.BasePart;
import io.drover.worker.peer.Destination;
import io.drover.worker.peer.DestinationDirectory;
import io.drover.worker.peer.PeerRefusedException;
import io.drover.worker.peer.call.CallCodec;
import io.drover.worker.peer.call.CallCodec.Reply;
import io.drover.worker.peer.call.ControlPayload;
import io.drover.worker.peer.call.PeerCall;
import io.drover.worker.replication.ContentOffer;
import io.drover.worker.replication.RegionDigests;
import io.drover.worker.wire.Frame;
import io.drover.worker.wire.WireException;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers the calls of one session with what the destination does. */
final class CallDispatch {
    private static final Logger LOG = LoggerFactory.getLogger(CallDispatch.class);
    private static final PeerCall.Nothing DONE = new PeerCall.Nothing();
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
        return CallCodec.is(request, PeerCall.Offer.class);
    }

    /** The payload of the answer; whatever goes wrong is an answer too. */
    ByteBuffer answer(ControlPayload request) throws IOException, InterruptedException {
        return ControlPayload.encode(reply(request), Frame.NOTHING);
    }

    private Reply reply(ControlPayload request) throws InterruptedException {
        try {
            return Reply.of(result(CallCodec.decode(request), request.bytes()));
        } catch (PeerRefusedException e) {
            return Reply.refused(e.failure());
        } catch (WireException e) {
            return Reply.refused(new Failure(Failure.Kind.REJECTED, "call: " + e.getMessage()));
        } catch (IOException e) {
            LOG.warn("migration {}: a call of the source failed: {}", migration, FileProblem.told(e));
            LOG.debug("migration {}: a call of the source failed", migration, e);
            return Reply.failed(FileProblem.told(e));
        } catch (RuntimeException | Error e) { // top of the call's thread: the source must get an answer
            LOG.error("migration {}: defect in a call of the source", migration, e);
            return Reply.refused(new Failure(Failure.Kind.INTERNAL, "the destination has a defect: " + e));
        }
    }

    private Object result(PeerCall<?> call, ByteBuffer bytes) throws IOException, InterruptedException {
        Destination destination = directory.destination(migration);
        return switch (call) {
            case PeerCall.TakeBase part -> new PeerCall.Taken(destination.takeBase(base(part, bytes)));
            case PeerCall.Prepare prepare -> destination.prepare(prepare.request());
            case PeerCall.OpenDisk open -> new PeerCall.OpenedDisk(disks.open(open.disk()), disks.known(open.disk()));
            case PeerCall.Offer offer -> offer(offer, bytes);
            case PeerCall.AwaitComplete wait -> new PeerCall.Completed(destination.awaitComplete(wait.limit()));
            case PeerCall.Observe _ -> destination.observe();
            case PeerCall.Compare compare -> {
                @Nullable ByteBuffer digests = compare.zero() ? null : bytes;
                yield destination.compare(
                        compare.disk(), new RegionDigests(compare.offset(), compare.length(), digests));
            }
            case PeerCall.LeaveBehind left -> {
                destination.leaveBehind(left.disk(), CallCodec.extents(left.extents()));
                yield DONE;
            }
            case PeerCall.Missing from -> {
                var missing = destination.missing(from.disk(), from.offset());
                yield new PeerCall.Lacking(CallCodec.flat(missing.extents()), missing.bytes());
            }
            case PeerCall.CompletePull _ -> new PeerCall.Completed(destination.completePull());
            case PeerCall.Run _ -> {
                destination.run();
                yield DONE;
            }
            case PeerCall.BeginSwitchover _ -> {
                destination.beginSwitchover();
                yield DONE;
            }
            case PeerCall.Settle _ -> {
                destination.settle();
                yield DONE;
            }
            case PeerCall.Abort _ -> {
                destination.abort();
                yield DONE;
            }
        };
    }

    private PeerCall.Wanted offer(PeerCall.Offer call, ByteBuffer digests) throws IOException, InterruptedException {
        ContentOffer offer;
        try {
            offer = new ContentOffer(
                    call.offset(), call.length(), call.blockBytes(), CallCodec.blocks(call.blocks()), digests);
        } catch (IllegalArgumentException e) {
            throw new WireException(String.valueOf(e.getMessage()));
        }
        return new PeerCall.Wanted(CallCodec.blocks(disks.answer(call.disk(), offer)));
    }

    private static BasePart base(PeerCall.TakeBase call, ByteBuffer content) throws WireException {
        try {
            return new BasePart(call.image(), call.size(), call.sha256(), call.offset(), content);
        } catch (IllegalArgumentException e) {
            throw new WireException(String.valueOf(e.getMessage()));
        }
    }
}
