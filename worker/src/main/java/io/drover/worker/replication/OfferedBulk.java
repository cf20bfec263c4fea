package io.drover.worker.replication;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A whole disk, of which only what the destination cannot make of its own is sent. Region by region: digests of 64 KiB
 * are offered, of what is wanted then those of 4 KiB, and what is still wanted is read again and sent. Offers go
 * several regions ahead of the sending, so that the link does not wait for answers. Holds the fine digests of those
 * regions, 32 KiB each, and the content of one.
 *
 * <p>A block that stays was equal at the time it was read here, which is after the account of writes began: whatever
 * the guest wrote since is sent by a later round.
 */
public final class OfferedBulk {
    /** Regions between an offer and its answer, at each of the two levels. */
    private static final int AHEAD = ContentOffers.UNDER_WAY_MAX / 2;

    private static final int FINE_IN_COARSE = ContentOffer.COARSE_BYTES / ContentOffer.FINE_BYTES;

    /**
     * Regions are taken in so many passes, each evenly over the disk: what changed since the destination had it lies
     * together more often than not, and whoever looks after a part of the bulk is to see as much of it as there is.
     */
    private static final int PASSES = 7;

    /** A small disk is cut finer: a quarter of it is to be so many regions that it stands for the rest. */
    private static final int REGIONS_MIN = 512;

    private static final int REGION_BYTES_MIN = 256 << 10;

    private final DiskCopy copy;

    /**
     * Which regions make up a pass is drawn by lot for each copy: one that was given up left its first passes at the
     * destination, and the next would find all of them there before it meets anything it has to send.
     */
    private final long lot;

    private final int regionBytes;
    private final ContentOffers offers;
    private final Deque<Region> coarse = new ArrayDeque<>();
    private final Deque<Region> fine = new ArrayDeque<>();

    private OfferedBulk(DiskCopy copy, ContentOffers offers) {
        this.copy = copy;
        this.offers = offers;
        this.lot = copy.clock().elapsed().toNanos();
        this.regionBytes = regionBytes(copy.source().size());
    }

    /** A power of two. */
    static int regionBytes(long diskBytes) {
        long fine = Long.highestOneBit(Math.max(1, diskBytes / REGIONS_MIN));
        return Math.clamp(fine, REGION_BYTES_MIN, BlockDigest.REGION_BYTES);
    }

    /** Makes the target what the source is, as {@link BlockSender#send} of the whole disk does. */
    public static void send(DiskCopy copy) throws IOException, InterruptedException {
        var offers = copy.target().contentOffers();
        if (offers.isPresent()) {
            new OfferedBulk(copy, offers.get()).sendDisk();
        } else {
            BlockSender.send(copy, BlockSender.wholeDisk(copy.source()));
        }
    }

    /** A region under way: what of it is allocated, and what was offered and not answered yet. */
    private record Region(Extent extent, List<Extent> allocated, ByteBuffer digests, ContentOffers.Answer answer) {}

    private void sendDisk() throws IOException, InterruptedException {
        for (int pass = 0; pass < PASSES; pass++) {
            sendEach(pass);
        }
        advance(0);
    }

    /** Asks window by window what is allocated, in each pass anew: a list for the whole disk would grow with it. */
    private void sendEach(int pass) throws IOException, InterruptedException {
        for (Extent window : Extents.cut(BlockSender.wholeDisk(copy.source()), BlockSender.WINDOW_BYTES)) {
            List<Extent> allocated = BlockSender.allocated(copy.source(), List.of(window));
            for (Extent region : Extents.cut(List.of(window), regionBytes)) {
                if (passOf(region.offset() / regionBytes) == pass) {
                    take(region, Extents.intersect(allocated, List.of(region)));
                }
            }
        }
    }

    /** Of as many neighbours each is in another pass. */
    private int passOf(long region) {
        int shift = new SplittableRandom(lot + region / PASSES).nextInt(PASSES);
        return (int) ((region + shift) % PASSES);
    }

    private void take(Extent region, List<Extent> allocated) throws IOException, InterruptedException {
        if (allocated.isEmpty()) {
            copy.target().zero(region.offset(), region.length());
        } else {
            coarse.add(offerCoarse(region, allocated));
            advance(AHEAD);
        }
    }

    /** Takes answers until no more than so many regions wait for one at each level. */
    private void advance(int waitingMax) throws IOException, InterruptedException {
        while (coarse.size() > waitingMax) {
            fine.add(offerFine(coarse.remove()));
            while (fine.size() > waitingMax) {
                sendWanted(fine.remove());
            }
        }
        while (fine.size() > waitingMax) {
            sendWanted(fine.remove());
        }
    }

    private Region offerCoarse(Extent region, List<Extent> allocated) throws IOException, InterruptedException {
        ByteBuffer content = ByteBuffer.allocate((int) region.length());
        copy.source()
                .read(
                        allocated,
                        BlockSender.PIECE_BYTES,
                        (offset, piece) -> content.put(
                                (int) (offset - region.offset()), piece, piece.position(), piece.remaining()));
        byte[] digests = BlockDigest.of(content);
        int blocks = (int) Math.ceilDiv(region.length(), ContentOffer.COARSE_BYTES);
        var all = new BitSet();
        all.set(0, blocks);
        ByteBuffer coarseDigests = ByteBuffer.allocate(blocks * BlockDigest.DIGEST_BYTES);
        for (int block = 0; block < blocks; block++) {
            coarseDigests.put(BlockDigest.ofDigests(fineDigests(digests, block)));
        }
        var offer = new ContentOffer(
                region.offset(), (int) region.length(), ContentOffer.COARSE_BYTES, all, coarseDigests.flip());
        return new Region(region, allocated, ByteBuffer.wrap(digests), offers.offer(offer));
    }

    private Region offerFine(Region region) throws IOException, InterruptedException {
        BitSet wanted = region.answer().wanted();
        if (wanted.isEmpty()) {
            return new Region(region.extent(), region.allocated(), region.digests(), BitSet::new);
        }
        var blocks = new BitSet();
        ByteBuffer digests = ByteBuffer.allocate(wanted.cardinality() * FINE_IN_COARSE * BlockDigest.DIGEST_BYTES);
        wanted.stream().forEach(block -> {
            byte[] inside = fineDigests(region.digests().array(), block);
            blocks.set(block * FINE_IN_COARSE, block * FINE_IN_COARSE + inside.length / BlockDigest.DIGEST_BYTES);
            digests.put(inside);
        });
        var offer = new ContentOffer(
                region.extent().offset(),
                (int) region.extent().length(),
                ContentOffer.FINE_BYTES,
                blocks,
                digests.flip());
        return new Region(region.extent(), region.allocated(), region.digests(), offers.offer(offer));
    }

    private static byte[] fineDigests(byte[] digests, int coarseBlock) {
        int from = coarseBlock * FINE_IN_COARSE * BlockDigest.DIGEST_BYTES;
        int end = Math.min(from + FINE_IN_COARSE * BlockDigest.DIGEST_BYTES, digests.length);
        return Arrays.copyOfRange(digests, from, end);
    }

    private void sendWanted(Region region) throws IOException, InterruptedException {
        List<Extent> wanted = extents(region.extent(), region.answer().wanted());
        List<Extent> content = Extents.intersect(region.allocated(), wanted);
        copy.account().saved(Extents.totalBytes(region.allocated()) - Extents.totalBytes(content));
        if (!wanted.isEmpty()) {
            BlockSender.send(copy, wanted, content);
        }
    }

    private static List<Extent> extents(Extent region, BitSet blocks) {
        var extents = new ArrayList<Extent>();
        for (int from = blocks.nextSetBit(0); from >= 0; ) {
            int end = blocks.nextClearBit(from);
            long start = region.offset() + (long) from * ContentOffer.FINE_BYTES;
            long stop = Math.min(region.offset() + (long) end * ContentOffer.FINE_BYTES, region.end());
            extents.add(new Extent(start, stop - start));
            from = blocks.nextSetBit(end);
        }
        return extents;
    }
}
