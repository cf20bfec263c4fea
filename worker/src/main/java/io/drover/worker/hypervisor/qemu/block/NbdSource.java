package io.drover.worker.hypervisor.qemu.block;

import io.drover.worker.hypervisor.qemu.process.QemuMonitor;
import io.drover.worker.nbd.NbdAddress;
import io.drover.worker.nbd.NbdClient;
import io.drover.worker.nbd.NbdExtent;
import io.drover.worker.nbd.NbdRequestException;
import io.drover.worker.replication.BlockSource;
import io.drover.worker.replication.Extent;
import io.drover.worker.replication.UnreadableException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A disk of a live VM, read through its NBD export. One call at a time; connects again after a failure. */
final class NbdSource implements BlockSource, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NbdSource.class);

    private final QemuMonitor monitor;
    private final NbdAddress address;
    private final String export;
    private final long sizeBytes;
    private final boolean overBase;
    private volatile @Nullable NbdClient client;

    /** @param overBase whether only what the top image itself holds counts as allocated */
    NbdSource(QemuMonitor monitor, NbdAddress address, String export, long sizeBytes, boolean overBase) {
        this.overBase = overBase;
        this.monitor = monitor;
        this.address = address;
        this.export = export;
        this.sizeBytes = sizeBytes;
    }

    @Override
    public long size() {
        return sizeBytes;
    }

    @Override
    public boolean overBase() {
        return overBase;
    }

    private String context() {
        return overBase ? NbdClient.ALLOCATION_DEPTH : NbdClient.ALLOCATION;
    }

    @Override
    public synchronized List<Extent> allocated(Extent within) throws IOException, InterruptedException {
        long end = Math.min(within.end(), sizeBytes);
        if (end <= within.offset()) {
            return List.of();
        }
        try {
            return contentOf(connected().blockStatus(context(), within.offset(), end - within.offset()));
        } catch (IOException e) {
            throw monitor.explain(e);
        }
    }

    private List<Extent> contentOf(List<NbdExtent> status) {
        List<Extent> allocated = new ArrayList<>();
        for (NbdExtent extent : status) {
            // Here the flags are a depth: 1 is the top image, more below it, 0 nowhere.
            boolean content = overBase ? extent.flags() == 1 : (extent.flags() & NbdExtent.ZERO) == 0;
            if (!content) {
                continue;
            }
            Extent previous = allocated.isEmpty() ? null : allocated.getLast();
            if (previous != null && previous.end() == extent.offset()) {
                allocated.set(allocated.size() - 1, new Extent(previous.offset(), previous.length() + extent.length()));
            } else {
                allocated.add(new Extent(extent.offset(), extent.length()));
            }
        }
        return allocated;
    }

    @Override
    public synchronized void read(List<Extent> extents, int pieceBytes, PieceConsumer consumer)
            throws IOException, InterruptedException {
        if (pieceBytes <= 0) {
            throw new IllegalArgumentException("pieces of " + pieceBytes + " bytes");
        }
        var guarded = new ConsumerGuard(extents, consumer);
        try {
            connected().read(new PieceRanges(extents, sizeBytes, pieceBytes), pieceBytes, guarded::accept);
        } catch (IOException e) {
            throw guarded.failed ? e : explained(e);
        }
    }

    /** QEMU that answers with an error lives, and so does the rest of the disk. */
    private IOException explained(IOException failure) throws IOException, InterruptedException {
        IOException why = monitor.explain(failure);
        return why instanceof NbdRequestException ? new UnreadableException(why) : why;
    }

    /**
     * Hands over what was asked for of what was read. Tells the consumer's failures from the source's: they say nothing
     * about the VM.
     */
    private static final class ConsumerGuard {
        private final List<Extent> extents;
        private final PieceConsumer consumer;
        private boolean failed;

        ConsumerGuard(List<Extent> extents, PieceConsumer consumer) {
            this.extents = extents;
            this.consumer = consumer;
        }

        void accept(long offset, ByteBuffer content) throws IOException, InterruptedException {
            long end = offset + content.remaining();
            for (int i = firstEndingAfter(offset);
                    i < extents.size() && extents.get(i).offset() < end;
                    i++) {
                long from = Math.max(offset, extents.get(i).offset());
                int length = (int) (Math.min(end, extents.get(i).end()) - from);
                handOver(from, content.slice(content.position() + (int) (from - offset), length));
            }
        }

        private void handOver(long offset, ByteBuffer part) throws IOException, InterruptedException {
            try {
                consumer.accept(offset, part);
            } catch (IOException e) {
                failed = true;
                throw e;
            }
        }

        private int firstEndingAfter(long offset) {
            int low = 0;
            int high = extents.size();
            while (low < high) {
                int middle = (low + high) >>> 1;
                if (extents.get(middle).end() <= offset) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            return low;
        }
    }

    private NbdClient connected() throws IOException, InterruptedException {
        NbdClient present = client;
        if (present == null || !present.isOpen()) {
            present = NbdClient.connect(
                    address, export, List.of(context()), monitor.deadline().limit());
            client = present;
        }
        return present;
    }

    @Override
    public void close() {
        NbdClient present = client;
        if (present != null) {
            try {
                present.close();
            } catch (IOException e) {
                LOG.debug("closing the connection to export {}: {}", export, e.toString());
            }
        }
    }
}
