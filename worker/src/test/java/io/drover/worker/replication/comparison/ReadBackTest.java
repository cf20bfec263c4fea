package io.drover.worker.replication.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.messages.time.SystemClock;
import io.drover.worker.replication.BlockDigest;
import io.drover.worker.replication.Extent;
import io.drover.worker.replication.MemoryDisk;
import io.drover.worker.replication.RegionComparison;
import io.drover.worker.replication.RegionDigests;
import io.drover.worker.replication.RegionReader;
import io.drover.worker.replication.SteppedClock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

final class ReadBackTest {
    private static final int SIZE = 2 * BlockDigest.REGION_BYTES + 5 * 4096 + 512;
    private static final Duration LIMIT = Duration.ofSeconds(1);
    private final MemoryDisk source = new MemoryDisk(SIZE);
    private final MemoryDisk destination = new MemoryDisk(SIZE);
    private final CopyVerifier verifier = new CopyVerifier(source);
    private final SteppedClock clock = new SteppedClock();

    ReadBackTest() throws Exception {
        var bytes = new byte[SIZE - BlockDigest.REGION_BYTES];
        new Random(3).nextBytes(bytes);
        source.guestWrites(BlockDigest.REGION_BYTES, bytes);
        destination.guestWrites(BlockDigest.REGION_BYTES, bytes);
        destination.freeze().durable();
    }

    @Test
    void equalDisksAreEqualInEveryBlock() throws Exception {
        ReadBack readBack = readBack();
        readBack.run();
        assertThat(readBack.bytesDone()).isEqualTo(SIZE);
        for (Extent region : CopyVerifier.regions(SIZE)) {
            RegionComparison comparison = readBack.compare(verifier.digest(region), LIMIT);
            assertThat(comparison.different()).isEmpty();
            assertThat(comparison.compared()).isEqualTo(BlockDigest.blocks(region.length()));
            assertThat(comparison.rewritten()).isZero();
            assertThat(comparison.sourceDigest()).isEqualTo(comparison.destinationDigest());
        }
    }

    @Test
    void aRegionOfZerosHasNoDigestsAndIsComparedAllTheSame() throws Exception {
        var first = new Extent(0, BlockDigest.REGION_BYTES);
        assertThat(verifier.digest(first).digests()).isNull();
        destination.guestWrites(8192, new byte[] {1});
        destination.freeze().durable();
        ReadBack readBack = readBack();
        readBack.run();
        assertThat(readBack.compare(verifier.digest(first), LIMIT).different()).containsExactly(8192L);
    }

    @Test
    void aDifferenceInTheShortLastBlockIsFound() throws Exception {
        destination.guestWrites(SIZE - 1, new byte[] {(byte) ~destination.content()[SIZE - 1]});
        destination.freeze().durable();
        ReadBack readBack = readBack();
        readBack.run();
        var last = new Extent(2L * BlockDigest.REGION_BYTES, SIZE - 2 * BlockDigest.REGION_BYTES);
        RegionComparison comparison = readBack.compare(verifier.digest(last), LIMIT);
        assertThat(comparison.different()).containsExactly((long) SIZE - 512);
        assertThat(comparison.sourceDigest()).isNotEqualTo(comparison.destinationDigest());
    }

    @Test
    void whatTheGuestWroteBeforeItWasReadIsLeftOut() throws Exception {
        destination.guestWrites(BlockDigest.REGION_BYTES + 4096, new byte[10_000]);
        ReadBack readBack = readBack();
        readBack.run();
        var region = new Extent(BlockDigest.REGION_BYTES, BlockDigest.REGION_BYTES);
        RegionComparison comparison = readBack.compare(verifier.digest(region), LIMIT);
        assertThat(comparison.different()).isEmpty();
        assertThat(comparison.rewritten()).isEqualTo(3);
        assertThat(comparison.compared()).isEqualTo(1021);
    }

    @Test
    void aWriteThatWasUnderWayWhenItsBlockWasReadIsNoDifference() throws Exception {
        var late = new MemoryDisk(SIZE);
        var readBack = new ReadBack(reader(destination), late, clock, ReadAhead.standard());
        destination.guestWrites(BlockDigest.REGION_BYTES, new byte[] {77, 78});
        readBack.run(); // reads the new content; the account does not know of it yet
        late.guestWrites(BlockDigest.REGION_BYTES, new byte[] {77, 78});
        var region = new Extent(BlockDigest.REGION_BYTES, BlockDigest.REGION_BYTES);
        RegionComparison comparison = readBack.compare(verifier.digest(region), LIMIT);
        assertThat(comparison.different()).isEmpty();
        assertThat(comparison.rewritten()).isEqualTo(1);
    }

    @Test
    void waitsNoLongerThanTheLimitAndPassesAFailureOn() throws Exception {
        var region = new Extent(0, BlockDigest.REGION_BYTES);
        RegionDigests digests = verifier.digest(region);
        assertThatThrownBy(() -> readBack().compare(digests, LIMIT))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("was not read back within");
        var failing = new ReadBack(
                new RegionReader() {
                    @Override
                    public long size() {
                        return SIZE;
                    }

                    @Override
                    public void read(long offset, ByteBuffer into) throws IOException {
                        throw new IOException("bad sector");
                    }
                },
                destination,
                clock,
                ReadAhead.standard());
        assertThatThrownBy(failing::run).hasMessage("bad sector");
        assertThatThrownBy(() -> failing.compare(digests, LIMIT)).hasMessageContaining("bad sector");
    }

    @Test
    @Timeout(60)
    void whatThereIsNoRoomForIsReadWhenItIsAskedFor() throws Exception {
        var ahead = new ReadAhead(1);
        var readBack = new ReadBack(reader(destination), destination, new SystemClock(), ahead);
        var reading = Thread.ofPlatform().start(() -> run(readBack));
        while (!ahead.paused()) {
            Thread.onSpinWait();
        }
        // The first region is zeros, the second is kept, the third waits for room.
        assertThat(readBack.bytesDone()).isEqualTo(2L * BlockDigest.REGION_BYTES);
        Extent last = CopyVerifier.regions(SIZE).getLast();
        assertThat(readBack.compare(verifier.digest(last), LIMIT).different()).isEmpty();
        assertThat(ahead.paused()).isTrue();
        var second = new Extent(BlockDigest.REGION_BYTES, BlockDigest.REGION_BYTES);
        assertThat(readBack.compare(verifier.digest(second), LIMIT).different()).isEmpty();
        reading.join();
        assertThat(readBack.bytesDone()).isEqualTo(SIZE);
        // A source that begins anew asks once more.
        destination.guestWrites(second.offset() + 8192, new byte[4096]);
        RegionComparison again = readBack.compare(verifier.digest(second), LIMIT);
        assertThat(again.different()).isEmpty();
        assertThat(again.rewritten()).isEqualTo(1);
        for (int i = 0; i < 3; i++) {
            assertThat(readBack.compare(verifier.digest(last), LIMIT).different())
                    .isEmpty();
        }
    }

    private static void run(ReadBack readBack) {
        try {
            readBack.run();
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void whatIsNoRegionIsRefused() throws Exception {
        ReadBack readBack = readBack();
        readBack.run();
        assertThatThrownBy(() -> readBack.compare(new RegionDigests(4096, 4096, null), LIMIT))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> readBack.compare(new RegionDigests(1L << 50, 4096, null), LIMIT))
                .isInstanceOf(IllegalArgumentException.class);
        var few = new RegionDigests(0, BlockDigest.REGION_BYTES, ByteBuffer.allocate(32));
        assertThatThrownBy(() -> readBack.compare(few, LIMIT)).isInstanceOf(IllegalArgumentException.class);
    }

    private ReadBack readBack() {
        return new ReadBack(reader(destination), destination, clock, ReadAhead.standard());
    }

    private static RegionReader reader(MemoryDisk disk) {
        return new RegionReader() {
            @Override
            public long size() {
                return disk.size();
            }

            @Override
            public void read(long offset, ByteBuffer into) {
                into.put(disk.copy(offset, into.remaining()));
            }
        };
    }
}
