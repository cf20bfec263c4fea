package io.drover.worker.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.messages.DiskId;
import io.drover.messages.DiskRole;
import io.drover.worker.replication.algorithm.Mirror;
import io.drover.worker.replication.mirror.MirroredTarget;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Bulk, rounds, mirrored writes, zeros, discards and writes of a few bytes in thousands of orders: every byte is right
 * in the end, whatever was killed on the way.
 */
final class MirrorOrderTest {
    private static final int SEEDS = Integer.getInteger("drover.mirror.seeds", 1500);
    private static final int SIZE_MAX = 96 << 10;
    private static final int TRIES_MAX = 500;

    @Test
    void everyOrderEndsEqual() throws Exception {
        int mirrored = 0;
        for (long seed = 0; seed < SEEDS; seed++) {
            var run = new Run(seed, 0, 0);
            run.migrate();
            run.assertEqual();
            mirrored += run.writes.mirroredWrites();
        }
        assertThat(mirrored).as("writes that went through a mirror").isGreaterThan(10 * SEEDS);
    }

    @Test
    void aKilledGatewayCostsTheCopyNothing() throws Exception {
        int failures = 0;
        for (long seed = 0; seed < SEEDS; seed++) {
            var run = new Run(seed, 20, 0);
            run.migrate();
            run.assertEqual();
            failures += run.writes.failures();
        }
        assertThat(failures).as("killed gateways").isGreaterThan(SEEDS / 2);
    }

    @Test
    void aBrokenConnectionBesideAMirrorLosesNothing() throws Exception {
        for (long seed = 0; seed < SEEDS; seed++) {
            var run = new Run(seed, 60, 25);
            run.migrate();
            run.assertEqual();
        }
    }

    @Test
    void anAttemptAfterAFailedSwitchoverIsAsGood() throws Exception {
        for (long seed = 0; seed < SEEDS / 4; seed++) {
            var run = new Run(seed, 0, 0);
            run.advance(2 + run.random.nextInt(3));
            run.guest.acts(2);
            run.again(() -> run.algorithm.finish(run.copy));
            run.guest.acts(5);
            run.migrate();
            run.assertEqual();
        }
    }

    @Test
    void swapIsRefusedByName() {
        var run = new Run(1, 0, 0);
        var swap = run.copy(DiskRole.SWAP);
        assertThatThrownBy(() -> run.algorithm.advance(swap))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("mirror is not for swap");
    }

    /** One disk, one guest, one migration by mirror. */
    private static final class Run {
        private final long seed;
        private final Random random;
        private final MemoryDisk disk;
        private final MemoryTarget target;
        private final MirroredTarget mirrored;
        private final MemoryWriteMirror writes;
        private final SmallWrites guest;
        private final Mirror algorithm = new Mirror();
        private final DiskCopy copy;

        Run(long seed, int writesPerKill, int framesPerBreak) {
            this.seed = seed;
            random = new Random(seed);
            disk = new MemoryDisk(512 + random.nextInt(SIZE_MAX));
            var garbage = new byte[(int) disk.size()];
            random.nextBytes(garbage);
            target = new MemoryTarget(garbage);
            mirrored = new MirroredTarget(target);
            writes = new MemoryWriteMirror(disk, mirrored, random);
            writes.windowBytes(random.nextInt(4) == 0 ? 1 : 4096 << random.nextInt(5));
            writes.killsOneIn(writesPerKill);
            disk.onFreeze(writes::drain);
            disk.onDurable(() -> assertThat(target.unflushed())
                    .as("a round ends before its flush")
                    .isFalse());
            guest = new SmallWrites(disk, random);
            guest.acts(20);
            copy = copy(DiskRole.DATA);
            if (framesPerBreak > 0) {
                target.breaksWhen(() -> random.nextInt(framesPerBreak) == 0);
            }
        }

        DiskCopy copy(DiskRole role) {
            var late = new LateSource(disk, random, () -> guest.acts(random.nextInt(3)));
            return new DiskCopy(
                    new DiskId("data"),
                    role,
                    late,
                    disk,
                    mirrored,
                    new MemoryMirror(disk, target),
                    new CopyAccount(),
                    new SteppedClock(),
                    writes);
        }

        void advance(int times) throws InterruptedException {
            for (int i = 0; i < times && algorithm.converging(); i++) {
                again(() -> assertThat(algorithm.advance(copy)).isNotNegative());
                guest.acts(random.nextInt(6));
            }
        }

        void migrate() throws InterruptedException {
            advance(1 + random.nextInt(7));
            guest.stop();
            writes.drain();
            again(() -> algorithm.finish(copy));
        }

        private void again(Call call) throws InterruptedException {
            for (int i = 0; i < TRIES_MAX; i++) {
                try {
                    call.run();
                    return;
                } catch (IOException e) {
                    // The connection broke: a new session, the same call.
                }
            }
            throw new AssertionError("seed " + seed + ": no call in " + TRIES_MAX + " went through");
        }

        void assertEqual() {
            int different = Arrays.mismatch(target.durable(), disk.content());
            assertThat(different).as("seed %d: first different byte", seed).isEqualTo(-1);
        }

        private interface Call {
            void run() throws IOException, InterruptedException;
        }
    }

    /** Reads several pieces before it hands the first over, in any order, and the guest goes on all the while. */
    private record LateSource(MemoryDisk disk, Random random, Runnable meanwhile) implements BlockSource {
        private record Piece(long offset, ByteBuffer content) {}

        @Override
        public long size() {
            return disk.size();
        }

        @Override
        public List<Extent> allocated(Extent within) {
            List<Extent> allocated = disk.allocated(within);
            meanwhile.run();
            return allocated;
        }

        @Override
        public void read(List<Extent> extents, int pieceBytes, PieceConsumer consumer)
                throws IOException, InterruptedException {
            var inFlight = new ArrayList<Piece>();
            disk.read(extents, 4096 << random.nextInt(3), (offset, content) -> {
                meanwhile.run();
                inFlight.add(new Piece(offset, content));
                if (inFlight.size() > 4) {
                    handOver(inFlight, consumer);
                }
            });
            while (!inFlight.isEmpty()) {
                handOver(inFlight, consumer);
            }
        }

        private void handOver(List<Piece> inFlight, PieceConsumer consumer) throws IOException, InterruptedException {
            Collections.shuffle(inFlight, random);
            Piece piece = inFlight.removeLast();
            consumer.accept(piece.offset, piece.content);
            meanwhile.run();
        }
    }

    /** Writes from one byte to a few blocks, zeros and discards, most of them in one hot place. */
    private static final class SmallWrites {
        private final MemoryDisk disk;
        private final Random random;
        private boolean stopped;

        SmallWrites(MemoryDisk disk, Random random) {
            this.disk = disk;
            this.random = random;
        }

        void acts(int times) {
            for (int i = 0; i < times && !stopped; i++) {
                act();
            }
        }

        void stop() {
            stopped = true;
        }

        private void act() {
            int size = (int) disk.size();
            int within = random.nextInt(3) == 0 ? size : Math.min(size, 12 << 10);
            int offset = random.nextInt(within);
            int length = 1 + random.nextInt(Math.min(size - offset, 1 << (1 + random.nextInt(14))));
            var bytes = new byte[length];
            switch (random.nextInt(5)) {
                case 0 -> disk.guestDiscards(offset, length);
                case 1 -> disk.guestWrites(offset, bytes);
                default -> {
                    random.nextBytes(bytes);
                    disk.guestWrites(offset, bytes);
                }
            }
        }
    }
}
