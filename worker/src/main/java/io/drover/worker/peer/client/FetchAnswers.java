package io.drover.worker.peer.client;

import io.drover.worker.peer.channel.SessionFailure;
import io.drover.worker.replication.BlockSender;
import io.drover.worker.replication.BlockSource;
import io.drover.worker.replication.BlockTarget;
import io.drover.worker.replication.Extent;
import io.drover.worker.replication.Extents;
import io.drover.worker.replication.UnreadableException;
import io.drover.worker.wire.Frame;
import io.drover.worker.wire.WireException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers what the destination asks for while its guest waits, one after another. */
final class FetchAnswers {
    private static final Logger LOG = LoggerFactory.getLogger(FetchAnswers.class);
    private static final int PIECE_BYTES = 256 << 10;

    private final ClientLink control;
    private final Map<Integer, Disk> disks;

    /**
     * A disk that may be asked for.
     *
     * @param source used by nobody else
     * @param target on the connection that the bulk does not use
     */
    record Disk(BlockSource source, BlockTarget target) {}

    /** @param disks by their index in the session */
    FetchAnswers(ClientLink control, Map<Integer, Disk> disks) {
        this.control = control;
        this.disks = Map.copyOf(disks);
    }

    /** Until the session is over; whatever goes wrong ends it, so that the destination hears of it. */
    void run(SessionFailure breakage) {
        try {
            while (!breakage.broken()) {
                answer(control.nextFetch());
            }
        } catch (InterruptedException e) {
            breakage.fail(new IOException("answering the destination was interrupted", e));
        } catch (IOException e) {
            breakage.fail(e);
        } catch (RuntimeException | Error e) { // top of the thread: a guest waits for the answer
            breakage.fail(new IOException("defect while answering the destination: " + e, e));
        }
    }

    private void answer(Frame.Fetch fetch) throws IOException, InterruptedException {
        Disk disk = disks.get(fetch.disk());
        if (disk == null) {
            throw new WireException("disk index " + fetch.disk() + " cannot be fetched from");
        }
        long end = Math.min(fetch.offset() + fetch.length(), disk.source().size());
        if (fetch.offset() >= end) {
            throw new WireException("a fetch at " + fetch.offset() + ", past the end of the disk");
        }
        var wanted = new Extent(fetch.offset(), end - fetch.offset());
        try {
            send(disk, wanted);
        } catch (UnreadableException e) {
            sendReadable(disk, fetch.disk(), wanted);
        }
    }

    /** As of a bad sector of its own the guest gets an error, when it has waited; what lies beside it is sent. */
    private static void sendReadable(Disk disk, int index, Extent wanted) throws IOException, InterruptedException {
        for (Extent block : Extents.cut(List.of(wanted), BlockSender.BLOCK_BYTES)) {
            try {
                send(disk, block);
            } catch (UnreadableException e) {
                LOG.warn("disk index {}: the block at {} cannot be read: {}", index, block.offset(), e.getMessage());
            }
        }
    }

    private static void send(Disk disk, Extent wanted) throws IOException, InterruptedException {
        disk.source().read(List.of(wanted), PIECE_BYTES, (offset, content) -> send(disk.target(), offset, content));
    }

    private static void send(BlockTarget target, long offset, ByteBuffer content)
            throws IOException, InterruptedException {
        if (BlockSender.isZero(content)) {
            target.zero(offset, content.remaining());
        } else {
            target.write(offset, content);
        }
    }
}
