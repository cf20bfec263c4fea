package io.drover.worker.hypervisor.qemu.block;

import static io.drover.worker.hypervisor.qemu.QemuLab.DATA;
import static io.drover.worker.hypervisor.qemu.QemuLab.SWAP;
import static io.drover.worker.hypervisor.qemu.QemuLab.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.drover.messages.DiskId;
import io.drover.messages.DiskRole;
import io.drover.messages.MigrationId;
import io.drover.messages.VmDefinition;
import io.drover.messages.time.SystemClock;
import io.drover.worker.hypervisor.IncomingVm;
import io.drover.worker.hypervisor.MemoryTransfer.Phase;
import io.drover.worker.hypervisor.SourceVm;
import io.drover.worker.hypervisor.SourceVm.MemoryLimits;
import io.drover.worker.hypervisor.SourceVm.SourceDisk;
import io.drover.worker.hypervisor.VmStatus;
import io.drover.worker.hypervisor.qemu.MemoryCarrier;
import io.drover.worker.hypervisor.qemu.QemuLab;
import io.drover.worker.qmp.QmpConnectionException;
import io.drover.worker.replication.BlockTarget;
import io.drover.worker.replication.CopyAccount;
import io.drover.worker.replication.DiskCopy;
import io.drover.worker.replication.Extent;
import io.drover.worker.replication.ReplicationAlgorithm;
import io.drover.worker.replication.algorithm.Mirror;
import io.drover.worker.replication.algorithm.PreCopy;
import io.drover.worker.replication.mirror.MirroredTarget;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A guest of real QEMU that never stops writing, mirrored into our gateway. */
final class WriteMirrorJobIT {
    private static final long DATA_BYTES = 48L << 20;
    private static final long SWAP_BYTES = 4L << 20;
    private static final MemoryLimits FAST = new MemoryLimits(300);

    @TempDir
    private Path folder;

    private final MigrationId migration = new MigrationId(UUID.randomUUID());
    private QemuLab lab;
    private VmDefinition guest;
    private SourceVm source;
    private FileTarget target;
    private WriteMirrorJob mirror;
    private DiskCopy copy;
    private DiskCopy swapCopy;
    private final ReplicationAlgorithm algorithm = new Mirror();
    private final ReplicationAlgorithm swapAlgorithm = new PreCopy();

    @BeforeEach
    void open() throws Exception {
        lab = new QemuLab(folder);
        guest = lab.idleGuest(DATA_BYTES, SWAP_BYTES);
        lab.createImages("b", DATA_BYTES, SWAP_BYTES);
        source = lab.startSource(guest);
        lab.write("a", guest.id(), DATA, 0x21, 1 << 20, 20 << 20);
        lab.write("a", guest.id(), SWAP, 0x31, 0, 1 << 20);
        Map<DiskId, SourceDisk> disks = source.openDisks(migration);
        target = new FileTarget(lab.images("b").resolve("data.raw"));
        copy = copy(DATA, DiskRole.DATA, Objects.requireNonNull(disks.get(DATA)), target);
        mirror = (WriteMirrorJob) copy.writeMirror();
        var swapTarget = new FileTarget(lab.images("b").resolve("swap.raw"));
        swapCopy = copy(SWAP, DiskRole.SWAP, Objects.requireNonNull(disks.get(SWAP)), swapTarget);
    }

    @AfterEach
    void close() throws Exception {
        target.hang = null;
        source.close();
        lab.close();
    }

    private DiskCopy copy(DiskId disk, DiskRole role, SourceDisk opened, BlockTarget to) throws Exception {
        var mirrored = new MirroredTarget(to);
        return new DiskCopy(
                disk,
                role,
                opened.source(),
                opened.changes(),
                mirrored,
                source.nativeMirror(migration, disk, "nbd://127.0.0.1:1/none", 1),
                new CopyAccount(),
                new SystemClock(),
                source.writeMirror(migration, disk, mirrored));
    }

    @Test
    void twoDisksByTwoAlgorithmsWhileTheGuestWrites() throws Exception {
        try (var load = new Load()) {
            for (int i = 0; i < 4; i++) {
                assertThat(algorithm.advance(copy)).isNotNegative();
                assertThat(swapAlgorithm.advance(swapCopy)).isNotNegative();
            }
            load.awaitWrites(20);
            assertThat(mirror.running()).isTrue();
            long before = target.writes.get();
            load.awaitWrites(10);
            await("mirrored writes at the target").until(() -> target.writes.get() > before);
            assertThat(algorithm.advance(copy)).isNotNegative();
        }
        lab.write("a", guest.id(), DATA, 0x77, 512, 1024);
        lab.write("a", guest.id(), DATA, 0, 2 << 20, 1 << 20);
        lab.write("a", guest.id(), SWAP, 0x78, 8192, 4096);
        stopForSwitchover();

        algorithm.finish(copy);
        swapAlgorithm.finish(swapCopy);

        assertThat(mirror.running()).isFalse();
        assertSame();
    }

    @Test
    void aHungGatewayHoldsTheGuestForASecondAndCostsTheCopyNothing() throws Exception {
        try (var load = new Load()) {
            join();
            var hang = new CountDownLatch(1);
            target.hang = hang;
            load.burst.set(true); // more than the window takes
            await("the mirror's end").until(() -> !mirror.running());
            load.awaitWrites(10);

            assertThat(load.worst())
                    .as("longest wait for a write: 700 ms, and what a busy machine adds")
                    .isLessThan(Duration.ofSeconds(4));
            hang.countDown();
            target.hang = null;

            assertThat(algorithm.advance(copy)).isNotNegative();
        }
        stopForSwitchover();
        algorithm.finish(copy);
        swapAlgorithm.finish(swapCopy);
        assertSame();
    }

    @Test
    void aKilledGatewayIsReplacedAndCostsTheCopyNothing() throws Exception {
        try (var load = new Load()) {
            join();
            Objects.requireNonNull(mirror.gateway()).close();
            load.awaitWrites(10);
            assertThat(load.worst()).isLessThan(Duration.ofSeconds(4));
            assertThat(source.status()).isEqualTo(VmStatus.RUNNING);

            assertThat(algorithm.advance(copy)).isNotNegative(); // notices, a round
            assertThat(algorithm.advance(copy)).isNotNegative(); // mirrors again
            assertThat(mirror.running()).isTrue();
        }
        stopForSwitchover();
        algorithm.finish(copy);
        swapAlgorithm.finish(swapCopy);
        assertSame();
    }

    @Test
    void anAbandonedMirrorLeavesNothing() throws Exception {
        join();
        algorithm.abandon(copy);
        algorithm.abandon(copy);
        source.closeDisks(migration);
        assertThat(lab.repair("a", guest.id(), "query-jobs", Map.of())).isEqualTo("[]");
        assertThat(lab.repair("a", guest.id(), "query-named-block-nodes", Map.of("flat", true)))
                .doesNotContain("gateway.")
                .doesNotContain("filter.");
        lab.write("a", guest.id(), DATA, 1, 0, 4096);
    }

    private void join() throws Exception {
        assertThat(algorithm.advance(copy)).isNotNegative();
        assertThat(algorithm.advance(copy)).isNotNegative();
        assertThat(mirror.running()).isTrue();
    }

    private void stopForSwitchover() throws Exception {
        IncomingVm destination = lab.destination.startIncoming(guest);
        try (destination) {
            var _ = MemoryCarrier.between(source, destination);
            source.sendMemory(FAST);
            await("pre-switchover").until(() -> source.memory().phase() == Phase.PRE_SWITCHOVER);
        }
    }

    private void assertSame() throws Exception {
        source.continueSwitchover();
        await("postmigrate").until(() -> source.status() == VmStatus.POST_MIGRATE);
        assertThat(lab.content("b", "data.raw", DATA_BYTES)).isEqualTo(lab.content("a", "data.raw", DATA_BYTES));
        assertThat(lab.content("b", "swap.raw", SWAP_BYTES)).isEqualTo(lab.content("a", "swap.raw", SWAP_BYTES));
    }

    /** Writes through the guest's device, one after another, of any place and size, and measures each. */
    private final class Load implements AutoCloseable {
        private final AtomicBoolean stop = new AtomicBoolean();
        private final AtomicBoolean burst = new AtomicBoolean();
        private final AtomicLong writes = new AtomicLong();
        private final AtomicLong worstNanos = new AtomicLong();
        private final Thread thread;
        private volatile @Nullable Exception failure;

        Load() {
            thread = Thread.ofVirtual().start(this::run);
        }

        private void run() {
            var random = new Random(3);
            try {
                while (!stop.get()) {
                    write(random);
                }
            } catch (IOException | InterruptedException e) {
                failure = e;
            }
        }

        private void write(Random random) throws IOException, InterruptedException {
            boolean large = burst.getAndSet(false);
            long offset = large ? 24 << 20 : (1 << 20) + random.nextInt(2048) * 512L;
            long length = large ? 12 << 20 : (1 + random.nextInt(40)) * 512L;
            long start = System.nanoTime();
            try {
                lab.write("a", guest.id(), DATA, 1 + random.nextInt(250), offset, length);
            } catch (QmpConnectionException e) {
                return; // the watchdog has the second monitor
            }
            worstNanos.accumulateAndGet(System.nanoTime() - start, Math::max);
            writes.incrementAndGet();
        }

        void awaitWrites(int more) {
            long until = writes.get() + more;
            await("writes of the guest").until(() -> writes.get() >= until || failure != null);
            assertThat(failure).isNull();
        }

        Duration worst() {
            return Duration.ofNanos(worstNanos.get());
        }

        @Override
        public void close() {
            stop.set(true);
            await("the load's end").until(() -> !thread.isAlive());
            assertThat(failure).isNull();
        }
    }

    /** An image file as a target, which can be made to hang. */
    private static final class FileTarget implements BlockTarget {
        private final FileChannel file;
        private final AtomicLong writes = new AtomicLong();
        private volatile @Nullable CountDownLatch hang;

        FileTarget(Path path) throws IOException {
            file = FileChannel.open(path, StandardOpenOption.WRITE);
        }

        @Override
        public void write(long offset, ByteBuffer content) throws IOException, InterruptedException {
            CountDownLatch latch = hang;
            if (latch != null) {
                latch.await();
            }
            writes.incrementAndGet();
            long at = offset;
            while (content.hasRemaining()) {
                at += file.write(content, at);
            }
        }

        @Override
        public void zero(long offset, long length) throws IOException, InterruptedException {
            for (long at = offset; at < offset + length; ) {
                int piece = (int) Math.min(1 << 20, offset + length - at);
                write(at, ByteBuffer.allocate(piece));
                at += piece;
            }
        }

        @Override
        public void flush() throws IOException {
            file.force(false);
        }

        @Override
        public void leaveBehind(List<Extent> extents) {
            throw new AssertionError("no algorithm here pulls");
        }

        @Override
        public long wireBytes() {
            return 0;
        }
    }
}
