package io.drover.worker.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.messages.DiskId;
import io.drover.messages.DiskRole;
import io.drover.worker.replication.algorithm.PreCopy;
import io.drover.worker.replication.mirror.MirroredTarget;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class PreCopyTest {
    private static final int MIB = 1 << 20;
    private final MemoryDisk disk = new MemoryDisk(8 * MIB);
    private final MemoryTarget target = new MemoryTarget(new byte[8 * MIB]);
    private final Random random = new Random(7);

    @Test
    void sendsOnlyWhatIsAllocatedAndNotZero() throws Exception {
        disk.guestWrites(MIB, random(MIB));
        disk.guestWrites(4 * MIB, new byte[MIB]);
        new PreCopy().advance(copy(DiskRole.DATA));
        assertThat(target.dataBytes()).isEqualTo(MIB);
        assertThat(target.allocatedBytes()).isEqualTo(MIB);
        assertThat(target.durable()).isEqualTo(disk.content());
    }

    @Test
    void aDiscardAfterTheBulkIsSentAsZerosAndCostsNoData() throws Exception {
        disk.guestWrites(0, random(4 * MIB));
        var algorithm = new PreCopy();
        DiskCopy copy = copy(DiskRole.DATA);
        algorithm.advance(copy);
        disk.freeze().durable();
        disk.guestDiscards(MIB, 2 * MIB);
        long dataBytes = target.dataBytes();
        algorithm.advance(copy);
        assertThat(target.dataBytes()).isEqualTo(dataBytes);
        assertThat(target.allocatedBytes()).isEqualTo(2 * MIB);
        assertThat(target.durable()).isEqualTo(disk.content());
    }

    @Test
    void convergesWhileRoundsShrinkAndNotWhenTheyDoNot() throws Exception {
        disk.guestWrites(0, random(4 * MIB));
        disk.freeze().durable();
        var algorithm = new PreCopy();
        DiskCopy copy = copy(DiskRole.DATA);
        for (int blocks : List.of(64, 32, 16)) {
            disk.guestWrites(0, random(blocks * MemoryDisk.BLOCK_BYTES));
            assertThat(algorithm.advance(copy)).isLessThanOrEqualTo((long) blocks * MemoryDisk.BLOCK_BYTES);
            assertThat(algorithm.converging()).isTrue();
        }
        disk.beforeEachPiece(() -> disk.guestWrites(0, random(16 * MemoryDisk.BLOCK_BYTES)));
        for (int i = 0; i < 4; i++) {
            disk.guestWrites(0, random(16 * MemoryDisk.BLOCK_BYTES));
            algorithm.advance(copy);
        }
        assertThat(algorithm.converging()).isFalse();
    }

    @Test
    void swapGoesColdestFirst() throws Exception {
        disk.guestWrites(0, random(2 * MIB));
        disk.freeze().durable();
        disk.guestWrites(0, random(MIB)); // hot: written since the account began
        var offsets = new ArrayList<Long>();
        var noting = new BlockTargetNoting(target, offsets);
        new PreCopy().advance(copy(DiskRole.SWAP, noting));
        assertThat(offsets.getFirst()).isEqualTo(MIB);
        assertThat(offsets.getLast()).isLessThan(MIB);
        assertThat(target.durable()).isEqualTo(disk.content());
        assertThat(disk.dirtyBytes()).isZero();
    }

    @Test
    void countsRoundsAndBytes() throws Exception {
        disk.guestWrites(0, random(MIB));
        var algorithm = new PreCopy();
        DiskCopy copy = copy(DiskRole.DATA);
        algorithm.advance(copy);
        assertThat(copy.account().round()).isZero();
        algorithm.advance(copy);
        assertThat(copy.account().round()).isEqualTo(1);
        assertThat(copy.account().bytesDone()).isEqualTo(2 * MIB);
        assertThat(copy.account().bytesTotal()).isEqualTo(2 * MIB);
    }

    private DiskCopy copy(DiskRole role) {
        return copy(role, target);
    }

    private DiskCopy copy(DiskRole role, BlockTarget to) {
        var mirror = new MemoryMirror(disk, target);
        var writes = new MemoryWriteMirror(disk, new MirroredTarget(to), new Random(1));
        return new DiskCopy(
                new DiskId("data"), role, disk, disk, to, mirror, new CopyAccount(), new SteppedClock(), writes);
    }

    private byte[] random(int length) {
        var bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private record BlockTargetNoting(BlockTarget target, List<Long> offsets) implements BlockTarget {
        @Override
        public void write(long offset, ByteBuffer content) throws IOException, InterruptedException {
            offsets.add(offset);
            target.write(offset, content);
        }

        @Override
        public void zero(long offset, long length) throws IOException, InterruptedException {
            target.zero(offset, length);
        }

        @Override
        public void flush() throws IOException, InterruptedException {
            target.flush();
        }

        @Override
        public void leaveBehind(List<Extent> extents) throws IOException, InterruptedException {
            target.leaveBehind(extents);
        }

        @Override
        public long wireBytes() {
            return target.wireBytes();
        }
    }
}
