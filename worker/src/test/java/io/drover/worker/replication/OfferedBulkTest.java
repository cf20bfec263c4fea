package io.drover.worker.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.messages.DiskId;
import io.drover.messages.DiskRole;
import io.drover.worker.replication.KnownContent.Source;
import io.drover.worker.replication.algorithm.PreCopy;
import io.drover.worker.replication.mirror.MirroredTarget;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is sent of a disk when the destination holds something of it already. */
final class OfferedBulkTest {
    private static final int MIB = 1 << 20;
    private static final int SIZE = 9 * MIB + 3 * 512;
    /** Of a disk so small. */
    private static final int REGION = OfferedBulk.regionBytes(SIZE);

    private static final int BLOCK = ContentOffer.FINE_BYTES;
    private final Random random = new Random(11);
    private final MemoryDisk disk = new MemoryDisk(SIZE);

    @Test
    void ofACopyInWhichAFewBlocksChangedOnlyThoseTravel() throws Exception {
        disk.guestWrites(0, random(6 * MIB));
        disk.guestWrites(SIZE - 512, random(512));
        byte[] retired = disk.content();
        disk.guestWrites(MIB, random(BLOCK));
        disk.guestWrites(5 * MIB, random(3 * BLOCK));
        var target = new MemoryTarget(new byte[SIZE]);
        DiskCopy copy = copy(new Offered(target, List.of(new Source(bytes(() -> retired), false))));
        new PreCopy().advance(copy);
        assertThat(target.durable()).isEqualTo(disk.content());
        // What was found is written here by the destination itself, and counts as data in this target.
        assertThat(((Offered) copy.target()).sentBytes).isEqualTo(4L * BLOCK);
        assertThat(copy.account().bytesSaved()).isGreaterThanOrEqualTo(6L * MIB - 4L * BLOCK);
        assertThat(copy.account().bytesDone()).isEqualTo(copy.account().bytesTotal());
    }

    @Test
    void ofADestinationThatHoldsNothingOfItEverythingTravels() throws Exception {
        disk.guestWrites(0, random(2 * MIB));
        byte[] other = random(SIZE);
        var target = new MemoryTarget(new byte[SIZE]);
        var offered = new Offered(target, List.of(new Source(bytes(() -> other), false)));
        new PreCopy().advance(copy(offered));
        assertThat(target.durable()).isEqualTo(disk.content());
        assertThat(offered.sentBytes).isEqualTo(2L * MIB);
    }

    @Test
    void whatIsOfferedFirstIsSpreadOverTheWholeDisk() throws Exception {
        int regions = 14;
        var large = new MemoryDisk(regions * REGION);
        for (int i = 0; i < regions; i++) {
            large.guestWrites((long) i * REGION, random(BLOCK));
        }
        byte[] retired = large.content();
        var target = new MemoryTarget(new byte[retired.length]);
        var offered = new Offered(target, List.of(new Source(bytes(() -> retired), false)));
        new PreCopy().advance(copy(large, offered));
        assertThat(offered.coarse).hasSize(regions).doesNotHaveDuplicates();
        // Two in each half.
        assertThat(offered.coarse.subList(0, 4))
                .filteredOn(at -> at < retired.length / 2)
                .hasSize(2);
        assertThat(target.durable()).isEqualTo(retired);
        // Of a coarse block its one fine block of content.
        assertThat(offered.sentBytes).isZero();
        assertThat(target.wireBytes()).isLessThan(2L * regions * BLOCK);
    }

    @Test
    void aCopyDoesNotBeginWithThePartsThatAnEarlierOneSentFirst() throws Exception {
        int regions = 70;
        var large = new MemoryDisk(regions * REGION);
        for (int i = 0; i < regions; i++) {
            large.guestWrites((long) i * REGION, random(BLOCK));
        }
        var first = new Offered(new MemoryTarget(new byte[large.content().length]), List.of());
        var second = new Offered(new MemoryTarget(new byte[large.content().length]), List.of());
        var clock = new SteppedClock();
        new PreCopy().advance(copy(large, first, clock));
        clock.sleep(Duration.ofSeconds(1));
        new PreCopy().advance(copy(large, second, clock));
        assertThat(first.coarse).hasSameElementsAs(second.coarse);
        List<Long> beginning = new ArrayList<>(first.coarse.subList(0, 35));
        beginning.retainAll(second.coarse.subList(0, 10));
        // Half of them, give or take.
        assertThat(beginning).hasSizeBetween(2, 8);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void whateverThePartialCopyHoldsTheResultIsTheSource(int seed) throws Exception {
        var chance = new Random(seed);
        for (int i = 0; i < 200; i++) {
            int offset = chance.nextInt(SIZE / BLOCK) * BLOCK;
            int length = Math.min(BLOCK * (1 + chance.nextInt(60)), SIZE - offset);
            disk.guestWrites(offset, chance.nextInt(4) == 0 ? new byte[length] : random(length));
        }
        byte[] partial = disk.content();
        for (int i = 0; i < 50; i++) {
            // Torn, stale or freed since: a partial copy may hold anything.
            int offset = chance.nextInt(SIZE);
            byte[] junk = random(Math.min(chance.nextInt(200_000), SIZE - offset));
            System.arraycopy(junk, 0, partial, offset, junk.length);
        }
        var target = new MemoryTarget(partial);
        var offered = new Offered(target, List.of(new Source(bytes(() -> partial), true)));
        disk.beforeEachPiece(() -> disk.guestWrites((long) chance.nextInt(SIZE / BLOCK) * BLOCK, random(512)));
        var algorithm = new PreCopy();
        DiskCopy copy = copy(offered);
        algorithm.advance(copy);
        disk.beforeEachPiece(() -> {});
        algorithm.finish(copy);
        assertThat(target.durable()).isEqualTo(disk.content());
        assertThat(copy.account().bytesSaved()).isPositive();
        assertThat(offered.kept).isPositive();
    }

    private DiskCopy copy(Offered target) {
        return copy(disk, target);
    }

    private static DiskCopy copy(MemoryDisk disk, Offered target) {
        return copy(disk, target, new SteppedClock());
    }

    private static DiskCopy copy(MemoryDisk disk, Offered target, SteppedClock clock) {
        var mirror = new MemoryMirror(disk, target.target);
        var writes = new MemoryWriteMirror(disk, new MirroredTarget(target), new Random(1));
        return new DiskCopy(
                new DiskId("data"), DiskRole.DATA, disk, disk, target, mirror, new CopyAccount(), clock, writes);
    }

    private byte[] random(int length) {
        var bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private static RegionReader bytes(Supplier<byte[]> content) {
        return new RegionReader() {
            @Override
            public long size() {
                return content.get().length;
            }

            @Override
            public void read(long offset, ByteBuffer into) {
                into.put(content.get(), (int) offset, into.remaining());
            }
        };
    }

    /** A target and the destination's answers, which are given when they are asked for. */
    private static final class Offered implements BlockTarget, ContentOffers {
        private final MemoryTarget target;
        private final KnownContent known;
        private final List<Long> coarse = new ArrayList<>();
        private long sentBytes;
        private long kept;
        private int underWay;

        Offered(MemoryTarget target, List<Source> sources) {
            this.target = target;
            this.known = new KnownContent(sources);
        }

        @Override
        public Optional<ContentOffers> contentOffers() {
            return Optional.of(this);
        }

        @Override
        public void leaveBehind(List<Extent> extents) {
            throw new AssertionError("no algorithm here pulls");
        }

        @Override
        public Answer offer(ContentOffer offer) {
            if (offer.blockBytes() == ContentOffer.COARSE_BYTES) {
                coarse.add(offer.offset());
            }
            underWay++;
            assertThat(underWay).isLessThanOrEqualTo(UNDER_WAY_MAX + 1);
            return () -> {
                underWay--;
                return answer(offer);
            };
        }

        private BitSet answer(ContentOffer offer) throws IOException, InterruptedException {
            return known.answer(offer, new KnownContent.Place() {
                @Override
                public void write(long offset, ByteBuffer content) throws IOException {
                    target.write(offset, content);
                }

                @Override
                public void zero(long offset, long length) throws IOException {
                    target.zero(offset, length);
                }

                @Override
                public void keep(long offset, long length) {
                    kept += length;
                }
            });
        }

        @Override
        public void write(long offset, ByteBuffer content) throws IOException {
            sentBytes += content.remaining();
            target.write(offset, content);
        }

        @Override
        public void zero(long offset, long length) throws IOException {
            target.zero(offset, length);
        }

        @Override
        public void flush() throws IOException {
            target.flush();
        }

        @Override
        public long wireBytes() {
            return target.wireBytes();
        }
    }
}
