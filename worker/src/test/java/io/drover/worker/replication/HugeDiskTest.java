package io.drover.worker.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.worker.replication.algorithm.ReplicationAlgorithms;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * 1 TiB of disk with data in every 128 KiB, all of it written again by the guest meanwhile, goes through a heap of 96
 * MiB; a list of the extents takes four times that.
 */
@Timeout(300)
final class HugeDiskTest {
    private static final long SIZE_BYTES = 1L << 40;
    private static final int EVERY_BYTES = 128 << 10;
    private static final int DATA_BYTES = 4096;

    @Test
    void aCopyOfOneTebibyteFitsASmallHeap() throws Exception {
        Process copy = new ProcessBuilder(
                        System.getProperty("java.home") + File.separator + "bin" + File.separator + "java",
                        "-Xmx96m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        HugeDiskTest.class.getName())
                .redirectErrorStream(true)
                .start();
        String output = new String(copy.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(copy.waitFor()).as(output).isZero();
        long blocks = SIZE_BYTES / EVERY_BYTES;
        assertThat(output)
                .contains(2 * blocks * DATA_BYTES + " written, " + (SIZE_BYTES - blocks * DATA_BYTES) + " zeroed");
    }

    /** The copy itself, in a process of its own. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        var target = new CountingTarget();
        var source = new ScatteredSource();
        var account = new CopyAccount();
        DiskCopy copy = IdleCopies.of(source, target, account).withChanges(new Rewritten());
        ReplicationAlgorithm algorithm =
                ReplicationAlgorithms.catalog().named("pre-copy").create(CopyTerms.STANDARD);
        algorithm.advance(copy);
        algorithm.advance(copy);
        if (account.bytesDone() != account.bytesTotal()) {
            throw new IllegalStateException(account.bytesDone() + " of " + account.bytesTotal());
        }
        System.out.println(target.written + " written, " + target.zeroed + " zeroed");
    }

    /** Counts instead of keeping. */
    private static final class CountingTarget implements BlockTarget {
        private long written;
        private long zeroed;

        @Override
        public void leaveBehind(List<Extent> extents) {
            throw new UnsupportedOperationException("nothing is pulled here");
        }

        @Override
        public void write(long offset, ByteBuffer content) {
            written += content.remaining();
        }

        @Override
        public void zero(long offset, long length) {
            zeroed += length;
        }

        @Override
        public void flush() {}

        @Override
        public long wireBytes() {
            return written;
        }
    }

    /** The guest writes all that it had once more. */
    private record Rewritten() implements DiskChanges {
        @Override
        public long dirtyBytes() {
            return 0;
        }

        @Override
        public Round freeze() {
            var blocks = new BlockSet(SIZE_BYTES);
            for (long at = 0; at < SIZE_BYTES; at += EVERY_BYTES) {
                blocks.add(new Extent(at, DATA_BYTES));
            }
            return new Round() {
                @Override
                public BlockSet blocks() {
                    return blocks;
                }

                @Override
                public void durable() {}
            };
        }
    }

    private static final class ScatteredSource implements BlockSource {
        private final ByteBuffer content = ByteBuffer.allocate(DATA_BYTES);

        private ScatteredSource() {
            content.put(0, (byte) 1);
        }

        @Override
        public long size() {
            return SIZE_BYTES;
        }

        @Override
        public List<Extent> allocated(Extent within) {
            var extents = new ArrayList<Extent>();
            long first = (within.offset() + EVERY_BYTES - 1) / EVERY_BYTES * EVERY_BYTES;
            for (long at = first; at < within.end(); at += EVERY_BYTES) {
                extents.add(new Extent(at, DATA_BYTES));
            }
            return extents;
        }

        @Override
        public void read(List<Extent> extents, int pieceBytes, PieceConsumer consumer)
                throws IOException, InterruptedException {
            for (Extent extent : extents) {
                consumer.accept(extent.offset(), content.clear());
            }
        }
    }
}
