package io.drover.worker.image.pulled;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.messages.MigrationId;
import io.drover.worker.hypervisor.qemu.image.QemuImageLocks;
import io.drover.worker.image.ImageFile;
import io.drover.worker.image.TestImageStores;
import io.drover.worker.image.file.LinuxFile;
import io.drover.worker.image.file.ModelDisk;
import io.drover.worker.replication.Extent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A pulled image on disks that forget what was not synced, fail, and are full, under seeded orders of writes, flushes,
 * frames of the source, killed workers and power cuts. A flush that was answered holds; nothing of the source's comes
 * over what the guest had flushed; and what is complete is on the disk.
 */
@Tag("attack")
final class PulledImageDurabilityTest {
    private static final int SEEDS = Integer.getInteger("drover.durability.seeds", 800);
    private static final int STEPS = 80;
    private static final int BLOCK = BlockMap.BLOCK_BYTES;
    /** What the source has comes in the call that asks for it, or not at all. */
    private static final Duration PATIENCE = Duration.ofMillis(1);

    private static final MigrationId MIGRATION = new MigrationId(new UUID(1, 1));

    @TempDir
    private Path folder;

    private Path fence;

    @BeforeEach
    void makeFence() throws IOException {
        fence = Files.createFile(folder.resolve("fence"));
    }

    @Test
    @DisplayName(
            "A2: what a flush acknowledged survives every order of failure, full disk, killed worker and power cut")
    void whatWasFlushedStays() throws Exception {
        int flushes = 0;
        int refused = 0;
        for (long seed = 0; seed < SEEDS; seed++) {
            var run = new Run(seed);
            for (int i = 0; i < STEPS; i++) {
                run.step();
            }
            run.end();
            flushes += run.flushes;
            refused += run.refused;
        }
        // Else the test would prove nothing.
        assertThat(flushes).isGreaterThan(SEEDS);
        assertThat(refused).isGreaterThan(SEEDS / 4);
    }

    @Test
    @DisplayName("A2: a flush whose map could not be written is made good by the next, not forgotten")
    void aFailedMapIsWrittenAgain() throws Exception {
        for (int seed = 0; seed < 50; seed++) {
            aFailedMapIsWrittenAgain(new Random(seed));
        }
    }

    private void aFailedMapIsWrittenAgain(Random random) throws Exception {
        var disk = new ModelDisk(random, 4 * BLOCK);
        var memory = new ModelMapMemory(random, BlockMap.fileBytes(4 * BLOCK));
        try (var open = PulledImage.open(
                fence, new QemuImageLocks(), disk, BlockMap.create(memory, 4 * BLOCK, "boot-0"), PATIENCE)) {
            open.beginPulling();
            open.guestWrites(2 * BLOCK, ByteBuffer.wrap(new byte[BLOCK]));
            memory.failing = true;
            assertThatThrownBy(open::sync);
            memory.failing = false;
            open.sync();
        }
        disk.cutPower();
        memory.cutPower();
        try (var open = PulledImage.open(
                fence, new QemuImageLocks(), disk, BlockMap.open(memory, 4 * BLOCK, "boot-1"), PATIENCE)) {
            assertThat(open.missing(0, 9)).extracting(Extent::offset).containsExactly(0L, 3L * BLOCK);
        }
    }

    @Test
    @DisplayName("A2: a phase that could not be made durable is not taken for reached")
    void aPhaseThatFailedIsTheOldOne() throws Exception {
        var random = new Random(1);
        var disk = new ModelDisk(random, BLOCK);
        var memory = new ModelMapMemory(random, BlockMap.fileBytes(BLOCK));
        try (var open = PulledImage.open(
                fence, new QemuImageLocks(), disk, BlockMap.create(memory, BLOCK, "boot-0"), PATIENCE)) {
            memory.failing = true;
            assertThatThrownBy(open::beginPulling);
            assertThat(open.pulling()).isFalse();
            memory.failing = false;
            open.beginPulling();
            open.write(0, ByteBuffer.allocate(BLOCK));
            memory.failing = true;
            assertThatThrownBy(open::complete);
            assertThat(open.isComplete()).isFalse();
        }
    }

    @Test
    @DisplayName("A2: the map of a pulled image has its room on the disk before anybody depends on it")
    void theMapIsPreallocated() throws Exception {
        var store = TestImageStores.of(folder);
        long size = 8L << 30;
        try (var open = store.createPulled("data.raw", size, MIGRATION)) {
            assertThat(open.missingBytes()).isEqualTo(size);
        }
        Path map = folder.resolve("data.raw.pulling-" + MIGRATION);
        assertThat(Files.size(map)).isEqualTo(BlockMap.fileBytes(size));
        assertThat(LinuxFile.allocatedBytes(map)).isGreaterThanOrEqualTo(BlockMap.fileBytes(size));
    }

    @Test
    @DisplayName("A2: an image whose sync has failed is never sealed nor built upon, after a restart either")
    void aFailedSyncStaysFailed() throws Exception {
        ImageFile image = ImageFile.raw("a.raw");
        var store = TestImageStores.of(folder);
        store.create(image, 8192, MIGRATION).close();
        assertThat(store.lostWrites(image.name(), MIGRATION)).isFalse();
        assertThatThrownBy(() -> store.syncs(image.name(), MIGRATION).sync(() -> {
                    throw new IOException("input/output error");
                }))
                .hasMessage("input/output error");
        var restarted = TestImageStores.of(folder);
        assertThatThrownBy(() -> restarted.reopen(image, 8192, MIGRATION)).hasMessageContaining("writes were lost");
        assertThatThrownBy(() -> restarted.create(image, 8192, MIGRATION)).hasMessageContaining("writes were lost");
        assertThat(restarted.lostWrites(image.name(), MIGRATION)).isTrue();
        restarted.discard(image.name(), MIGRATION);
        restarted.create(image, 8192, MIGRATION).close();
        assertThat(restarted.lostWrites(image.name(), MIGRATION)).isFalse();
    }

    @Test
    @DisplayName("S4: an image that vanished or was changed since it was filled is not made anew in its place")
    void whatWasFilledIsOnlyOpenedAgain() throws Exception {
        var store = TestImageStores.of(folder);
        ImageFile image = ImageFile.raw("a.raw");
        store.create(image, 8192, MIGRATION).close();
        Files.write(folder.resolve("a.raw"), new byte[0]);
        assertThatThrownBy(() -> store.reopen(image, 8192, MIGRATION)).hasMessageContaining("0 bytes");
        Files.delete(folder.resolve("a.raw"));
        assertThatThrownBy(() -> store.reopen(image, 8192, MIGRATION)).hasMessageContaining("is gone");
        assertThat(folder.resolve("a.raw")).doesNotExist();
    }

    @Test
    @DisplayName("S3: a block map that was removed does not make a complete image of its holes")
    void withoutAMapNothingIsComplete() throws Exception {
        var store = TestImageStores.of(folder);
        store.createPulled("data.raw", 8192, MIGRATION).close();
        assertThat(store.pulledComplete("data.raw", 8192, MIGRATION)).isFalse();
        Files.delete(folder.resolve("data.raw.pulling-" + MIGRATION));
        assertThatThrownBy(() -> store.pulledComplete("data.raw", 8192, MIGRATION))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("is gone");
    }

    /** One disk, from the switch on. */
    private final class Run {
        private final long seed;
        private final Random random;
        private final byte[] frozen;
        private final byte[] expected;
        private final byte[] flushed;
        /** Blocks that the guest wrote to since it flushed. */
        private final BitSet written = new BitSet();

        private final ModelDisk disk;
        private final ModelMapMemory memory;
        private PulledImage open;
        private int boots;
        private int flushes;
        private int refused;

        Run(long seed) throws IOException {
            this.seed = seed;
            random = new Random(seed);
            frozen = new byte[512 * (1 + random.nextInt(300))];
            random.nextBytes(frozen);
            expected = frozen.clone();
            flushed = frozen.clone();
            disk = new ModelDisk(random, frozen.length);
            memory = new ModelMapMemory(random, BlockMap.fileBytes(frozen.length));
            open = PulledImage.open(
                    fence, new QemuImageLocks(), disk, BlockMap.create(memory, frozen.length, "boot-0"), PATIENCE);
            open.beginPulling();
            connect();
        }

        private void connect() {
            open.fetchBy((offset, length) -> push((int) offset, (int) length));
        }

        private void push(int offset, int length) throws IOException {
            open.write(offset, ByteBuffer.wrap(frozen, offset, length));
        }

        private int[] range() {
            int from = random.nextInt(frozen.length);
            return new int[] {from, 1 + random.nextInt(Math.min(frozen.length - from, 12_000))};
        }

        void step() throws Exception {
            switch (random.nextInt(14)) {
                case 0, 1, 2, 3 -> guestWrites(range());
                case 4 -> guestZeroes(range());
                case 5 -> pushWhereThereIsRoom(range());
                case 6, 7, 8 -> flush();
                case 9 -> {
                    disk.writeSomeBack();
                    memory.writeSomeBack();
                }
                case 10 -> disk.full = random.nextInt(3) == 0;
                case 11 -> {
                    disk.failing = random.nextInt(6) == 0;
                    memory.failing = random.nextInt(3) == 0;
                }
                case 12 -> killWorker();
                default -> cutPower();
            }
        }

        /** The guest tries again what failed, until there is room: a page of its cache does not go away by an error. */
        private void guestWrites(int[] range) throws Exception {
            var content = new byte[range[1]];
            random.nextBytes(content);
            try {
                open.guestWrites(range[0], ByteBuffer.wrap(content));
            } catch (IOException e) {
                disk.full = false;
                connect();
                open.guestWrites(range[0], ByteBuffer.wrap(content));
            }
            System.arraycopy(content, 0, expected, range[0], content.length);
            written(range);
        }

        private void guestZeroes(int[] range) throws Exception {
            disk.full = false;
            open.guestZeroes(range[0], range[1]);
            Arrays.fill(expected, range[0], range[0] + range[1], (byte) 0);
            written(range);
        }

        private void written(int[] range) {
            written.set(range[0] / BLOCK, Math.ceilDiv(range[0] + range[1], BLOCK));
        }

        private void pushWhereThereIsRoom(int[] range) {
            try {
                push(range[0], range[1]);
            } catch (IOException e) {
                assertThat(disk.full).as("seed %d: %s", seed, e).isTrue();
            }
        }

        private void flush() {
            try {
                open.sync();
            } catch (IOException | Error e) {
                refused++;
                return;
            }
            assertThat(disk.lost)
                    .as("seed %d: a flush is answered after one that lost writes", seed)
                    .isFalse();
            flushes++;
            System.arraycopy(expected, 0, flushed, 0, expected.length);
            written.clear();
        }

        private void killWorker() throws IOException {
            open.close();
            memory.failing = false;
            open = PulledImage.open(
                    fence, new QemuImageLocks(), disk, BlockMap.open(memory, frozen.length, "boot-" + boots), PATIENCE);
            connect();
        }

        private void cutPower() throws Exception {
            open.close();
            disk.cutPower();
            memory.cutPower();
            disk.failing = false;
            disk.full = false;
            memory.failing = false;
            boots++;
            open = PulledImage.open(
                    fence, new QemuImageLocks(), disk, BlockMap.open(memory, frozen.length, "boot-" + boots), PATIENCE);
            assertThat(open.pulling()).isTrue();
            connect();
            believeDisk();
        }

        /** Block by block what was flushed last, or, where the guest wrote since, whatever it finds. */
        private void believeDisk() throws Exception {
            for (int from = 0; from < frozen.length; from += BLOCK) {
                int end = Math.min(from + BLOCK, frozen.length);
                var into = ByteBuffer.allocate(end - from);
                open.guestReads(from, into);
                boolean held = Arrays.mismatch(into.array(), 0, end - from, flushed, from, end) < 0;
                assertThat(held || written.get(from / BLOCK))
                        .as("seed %d: after a power cut block %d is not what was flushed", seed, from / BLOCK)
                        .isTrue();
                System.arraycopy(into.array(), 0, expected, from, end - from);
                System.arraycopy(into.array(), 0, flushed, from, end - from);
            }
            written.clear();
        }

        /** Everything comes; what is complete must survive a power cut. */
        void end() throws Exception {
            if (disk.lost) {
                assertThatThrownBy(() -> {
                            pullAll();
                            open.complete();
                        })
                        .as("seed %d", seed)
                        .isInstanceOf(IOException.class);
                cutPower();
            }
            disk.failing = false;
            memory.failing = false;
            pullAll();
            assertThat(open.complete()).as("seed %d", seed).isTrue();
            open.close();
            disk.cutPower();
            assertThat(Arrays.mismatch(disk.content(), expected))
                    .as("seed %d: first different byte", seed)
                    .isEqualTo(-1);
        }

        private void pullAll() throws IOException {
            disk.full = false;
            for (Extent run : open.missing(0, Integer.MAX_VALUE)) {
                push((int) run.offset(), (int) run.length());
            }
        }
    }
}
