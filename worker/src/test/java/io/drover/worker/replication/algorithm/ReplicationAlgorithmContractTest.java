package io.drover.worker.replication.algorithm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.messages.DiskId;
import io.drover.messages.DiskRole;
import io.drover.worker.replication.AlgorithmDescriptor;
import io.drover.worker.replication.BlockSender;
import io.drover.worker.replication.CopyAccount;
import io.drover.worker.replication.CopyTerms;
import io.drover.worker.replication.DiskCopy;
import io.drover.worker.replication.Extent;
import io.drover.worker.replication.Extents;
import io.drover.worker.replication.MemoryDisk;
import io.drover.worker.replication.MemoryMirror;
import io.drover.worker.replication.MemoryTarget;
import io.drover.worker.replication.MemoryWriteMirror;
import io.drover.worker.replication.RandomGuest;
import io.drover.worker.replication.ReplicationAlgorithm;
import io.drover.worker.replication.SteppedClock;
import io.drover.worker.replication.mirror.MirroredTarget;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every registered algorithm must hold to, whatever the guest does meanwhile. */
final class ReplicationAlgorithmContractTest {
    private static final int SEEDS = 60;
    private static final int ADVANCES_MAX = 25;
    private static final int TRIES_MAX = 1000;

    static Stream<String> names() {
        return ReplicationAlgorithms.catalog().names().stream();
    }

    @ParameterizedTest
    @MethodSource("names")
    void everyByteIsEqualAndDurableInTheEnd(String name) throws Exception {
        for (long seed = 0; seed < SEEDS; seed++) {
            var run = new Run(name, seed, 0);
            run.migrate();
            run.assertEqual(name + ", seed " + seed);
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void aBrokenConnectionLosesNothing(String name) throws Exception {
        for (long seed = 0; seed < SEEDS; seed++) {
            var run = new Run(name, seed, 150);
            run.migrate();
            run.assertEqual(name + ", seed " + seed);
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void aFailedSwitchoverMayBeFollowedByAnother(String name) throws Exception {
        for (long seed = 0; seed < SEEDS; seed++) {
            var run = new Run(name, seed, 0);
            run.algorithm.advance(run.copy);
            run.guest.acts(50);
            run.algorithm.finish(run.copy);
            run.guest.acts(50); // the guest goes on at the source
            run.migrate();
            run.assertEqual(name + ", seed " + seed);
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void anAbandonedCopyLeavesTheSourceAlone(String name) throws Exception {
        var run = new Run(name, 1, 0);
        run.algorithm.advance(run.copy);
        byte[] before = run.disk.content();
        run.algorithm.abandon(run.copy);
        assertThat(run.disk.content()).isEqualTo(before);
    }

    @ParameterizedTest
    @MethodSource("names")
    void hasTheNameItIsRegisteredUnder(String name) {
        assertThat(algorithm(name).create(CopyTerms.STANDARD).name()).isEqualTo(name);
    }

    @ParameterizedTest
    @MethodSource("names")
    void leavesBlocksBehindAsItsDescriptorSays(String name) {
        for (boolean allowed : new boolean[] {false, true}) {
            var terms = new CopyTerms(
                    Duration.ofMillis(150), Duration.ofSeconds(60), allowed, 0, Duration.ZERO, Long.MAX_VALUE, 0);
            assertThat(algorithm(name).create(terms).pulls())
                    .isEqualTo(algorithm(name).pulls(allowed));
        }
    }

    private static AlgorithmDescriptor algorithm(String name) {
        return ReplicationAlgorithms.catalog().named(name);
    }

    @Test
    void anUnknownNameIsRefusedWithTheKnownOnes() {
        assertThatThrownBy(() -> algorithm("rsync"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("algorithm: 'rsync' is unknown; known are auto, stop-and-copy, pre-copy, mirror, "
                        + "post-copy, hybrid, qemu-mirror");
    }

    /** One migration of one disk with a guest that never rests. */
    private static final class Run {
        private final MemoryDisk disk;
        private final MemoryTarget target;
        private final RandomGuest guest;
        private final ReplicationAlgorithm algorithm;
        private final DiskCopy copy;

        /** @param framesPerBreak how many frames go well on average before the connection breaks; 0 for no break */
        Run(String name, long seed, int framesPerBreak) {
            var random = new Random(seed);
            disk = new MemoryDisk(512 * (1 + random.nextInt(4096)));
            var garbage = new byte[(int) disk.size()];
            random.nextBytes(garbage); // of an earlier attempt
            target = new MemoryTarget(garbage);
            guest = new RandomGuest(disk, random);
            guest.acts(random.nextInt(200));
            var any = List.of(DiskRole.values()).get(random.nextInt(DiskRole.values().length));
            var mirrored = new MirroredTarget(target);
            var writes = new MemoryWriteMirror(disk, mirrored, random);
            disk.onFreeze(writes::drain);
            var mirror = new MemoryMirror(disk, target);
            var account = new CopyAccount();
            algorithm = algorithm(name).create(CopyTerms.STANDARD);
            var role = algorithm(name).takesSwap() ? any : DiskRole.DATA;
            copy = new DiskCopy(
                    new DiskId("data"), role, disk, disk, mirrored, mirror, account, new SteppedClock(), writes);
            disk.beforeEachPiece(() -> guest.acts(random.nextInt(4)));
            disk.onDurable(() -> assertThat(target.unflushed())
                    .as("a round said to be durable before the flush is lost with a crash")
                    .isFalse());
            if (framesPerBreak > 0) {
                target.breaksWhen(() -> random.nextInt(framesPerBreak) == 0);
            }
        }

        void migrate() throws InterruptedException {
            for (int i = 0; i < ADVANCES_MAX && algorithm.converging(); i++) {
                again(() -> assertThat(algorithm.advance(copy)).isNotNegative());
                guest.acts(20);
            }
            guest.stop();
            again(() -> algorithm.finish(copy));
            assertThat(target.unflushed()).isFalse();
            if (algorithm.pulls()) {
                again(this::pull);
            }
            assertThat(copy.account().bytesDone())
                    .isLessThanOrEqualTo(copy.account().bytesTotal() * TRIES_MAX);
        }

        /** As the migration does it while the guest runs at the destination. */
        private void pull() throws IOException, InterruptedException {
            List<Extent> left = target.left();
            List<Extent> allocated = BlockSender.allocated(disk, left);
            copy.account().beginRound(copy.account().round(), Extents.totalBytes(allocated));
            BlockSender.send(copy, left, allocated);
            copy.target().flush();
        }

        void assertEqual(String what) {
            int different = Arrays.mismatch(target.durable(), disk.content());
            assertThat(different).as("%s: first different byte", what).isEqualTo(-1);
        }

        private interface Call {
            void run() throws IOException, InterruptedException;
        }

        private static void again(Call call) throws InterruptedException {
            for (int i = 0; i < TRIES_MAX; i++) {
                try {
                    call.run();
                    return;
                } catch (IOException e) {
                    // The connection broke: a new session, the same call.
                }
            }
            throw new AssertionError("no call in " + TRIES_MAX + " went through");
        }
    }
}
