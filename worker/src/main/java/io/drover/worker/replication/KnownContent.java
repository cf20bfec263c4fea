package io.drover.worker.replication;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/**
 * What a destination holds of a disk before it is sent: answers offers. Nothing is believed that was noted before:
 * every digest is taken now, from the very bytes that are then written. One offer at a time; holds one region.
 */
public final class KnownContent {
    private final List<Source> sources;

    @GuardedBy("this")
    private boolean ended;

    @GuardedBy("this")
    private final ByteBuffer buffer = ByteBuffer.allocate(BlockDigest.REGION_BYTES);

    /**
     * Something that may hold the same content at the same place.
     *
     * @param inPlace whether it is the target itself, where what is right only has to stay
     */
    public record Source(RegionReader reader, boolean inPlace) {}

    /** Where blocks are put. */
    public interface Place {
        void write(long offset, ByteBuffer content) throws IOException, InterruptedException;

        void zero(long offset, long length) throws IOException, InterruptedException;

        /** What stands there already is right. */
        void keep(long offset, long length) throws IOException, InterruptedException;
    }

    /** The sources in the order in which they are tried. */
    public KnownContent(List<Source> sources) {
        this.sources = List.copyOf(sources);
    }

    /** Puts every block that is found in its place; returns those that were not. */
    public synchronized BitSet answer(ContentOffer offer, Place target) throws IOException, InterruptedException {
        if (ended) {
            throw new IOException("no offers are taken any more");
        }
        var wanted = (BitSet) offer.blocks().clone();
        placeZeros(offer, wanted, target);
        for (Source source : sources) {
            placeFrom(source, offer, wanted, target);
        }
        return wanted;
    }

    /** Returns when no offer is being answered; from then on none is. */
    public synchronized void end() {
        ended = true;
    }

    private static void placeZeros(ContentOffer offer, BitSet wanted, Place target)
            throws IOException, InterruptedException {
        byte[] whole = digest(offer, ByteBuffer.allocate(offer.blockBytes()));
        for (int block : offer.blocks().stream().toArray()) {
            Extent extent = offer.extent(block);
            byte[] zeros = extent.length() == offer.blockBytes()
                    ? whole
                    : digest(offer, ByteBuffer.allocate((int) extent.length()));
            if (Arrays.equals(zeros, offered(offer, block))) {
                target.zero(extent.offset(), extent.length());
                wanted.clear(block);
            }
        }
    }

    @GuardedBy("this")
    private void placeFrom(Source source, ContentOffer offer, BitSet wanted, Place target)
            throws IOException, InterruptedException {
        for (int from = wanted.nextSetBit(0); from >= 0; ) {
            int end = wanted.nextClearBit(from);
            placeRun(source, offer, new Run(from, end), wanted, target);
            from = wanted.nextSetBit(end);
        }
    }

    /** Blocks {@code from} up to before {@code end}. */
    private record Run(int from, int end) {}

    @GuardedBy("this")
    private void placeRun(Source source, ContentOffer offer, Run run, BitSet wanted, Place target)
            throws IOException, InterruptedException {
        long start = offer.extent(run.from()).offset();
        long end = Math.min(offer.extent(run.end() - 1).end(), source.reader().size());
        if (end <= start) {
            return;
        }
        source.reader().read(start, buffer.clear().limit((int) (end - start)));
        for (int block = run.from(); block < run.end(); block++) {
            Extent extent = offer.extent(block);
            if (extent.end() > end) {
                break;
            }
            ByteBuffer content = buffer.slice((int) (extent.offset() - start), (int) extent.length());
            if (Arrays.equals(digest(offer, content), offered(offer, block))) {
                if (source.inPlace()) {
                    target.keep(extent.offset(), extent.length());
                } else {
                    place(target, extent.offset(), content);
                }
                wanted.clear(block);
            }
        }
    }

    /** A coarse block may hold zeros among its content: sparse stays sparse. */
    private static void place(Place target, long offset, ByteBuffer content) throws IOException, InterruptedException {
        int length = content.remaining();
        for (int at = 0; at < length; ) {
            int end = BlockSender.runEnd(content, at);
            if (BlockSender.isZero(content.slice(at, Math.min(BlockSender.BLOCK_BYTES, length - at)))) {
                target.zero(offset + at, end - at);
            } else {
                target.write(offset + at, content.slice(at, end - at));
            }
            at = end;
        }
    }

    private static byte[] digest(ContentOffer offer, ByteBuffer content) {
        byte[] fine = BlockDigest.of(content);
        return offer.blockBytes() == ContentOffer.FINE_BYTES ? fine : BlockDigest.ofDigests(fine);
    }

    private static byte[] offered(ContentOffer offer, int block) {
        int number = offer.blocks().get(0, block).cardinality();
        var digest = new byte[BlockDigest.DIGEST_BYTES];
        offer.digests().get(offer.digests().position() + number * digest.length, digest);
        return digest;
    }
}
