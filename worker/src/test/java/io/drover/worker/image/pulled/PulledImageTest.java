package io.drover.worker.image.pulled;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.worker.hypervisor.qemu.image.QemuImageLocks;
import io.drover.worker.replication.Extent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A pulled image against a model, under many seeded orders of the source's and the guest's writes and of crashes. */
final class PulledImageTest {
    private static final int SEEDS = Integer.getInteger("drover.pulled_image.seeds", 300);
    private static final int STEPS = 60;
    private static final int BLOCK = BlockMap.BLOCK_BYTES;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    private Path folder;

    private Path image;
    private Path map;

    @BeforeEach
    void name() {
        image = folder.resolve("data.raw");
        map = folder.resolve("data.map");
    }

    @Test
    void everyByteIsTheGuestsOrTheSources() throws Exception {
        for (long seed = 0; seed < SEEDS; seed++) {
            var run = new Run(seed);
            run.fill();
            for (int i = 0; i < STEPS; i++) {
                run.step();
            }
            run.pullAll();
            run.assertEqual();
            run.end();
        }
    }

    @Test
    void whatIsNotFetchedInTimeIsAnError() throws Exception {
        try (PulledImage opened = fresh(4L * BLOCK, Duration.ofMillis(20))) {
            opened.beginPulling();
            assertThatThrownBy(() -> opened.guestReads(0, ByteBuffer.allocate(10)))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("did not come from the source");
        }
    }

    @Test
    void aNewConnectionIsAskedForWhatIsWaitedFor() throws Exception {
        try (PulledImage opened = fresh(64L * BLOCK, PATIENCE)) {
            opened.beginPulling();
            var into = ByteBuffer.allocate(BLOCK);
            Thread guest = Thread.ofVirtual().start(() -> {
                try {
                    opened.guestReads(40L * BLOCK, into);
                } catch (IOException | InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
            opened.fetchBy((offset, length) -> {
                throw new IOException("broken");
            });
            opened.fetchBy((offset, length) -> opened.write(offset, ByteBuffer.allocate((int) length)));
            assertThat(guest.join(PATIENCE)).isTrue();
            assertThat(into.hasRemaining()).isFalse();
            assertThat(opened.missingBytes()).isEqualTo(48L * BLOCK);
        }
    }

    @Test
    void aVmThatMayHaveRunHasNothingOld() throws Exception {
        try (PulledImage opened = fresh(4L * BLOCK, PATIENCE)) {
            opened.beginPulling();
            assertThatThrownBy(() -> opened.leaveBehind(0, BLOCK)).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> opened.keep(0, BLOCK)).isInstanceOf(IOException.class);
            assertThat(opened.complete()).isFalse();
        }
    }

    private PulledImage fresh(long size, Duration patience) throws IOException {
        Files.deleteIfExists(map);
        Files.write(image, new byte[0], StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING);
        try (var channel = Files.newByteChannel(image, StandardOpenOption.WRITE)) {
            channel.position(size - 1).write(ByteBuffer.allocate(1));
        }
        return PulledImage.open(image, new QemuImageLocks(), BlockMap.create(map, size, "boot-0"), patience);
    }

    /** One disk from its first block to the last, with a guest that wants everything and a source that sends late. */
    private final class Run {
        private final long seed;
        private final Random random;
        private final byte[] frozen;
        /** What the guest must see; the truth. */
        private final byte[] expected;
        /** What was there at the last flush of the guest, and may be seen after a power cut. */
        private byte[] flushed;

        private final Deque<Extent> underWay = new ArrayDeque<>();
        private PulledImage open;
        private byte[] synced = new byte[0];
        private int boots;

        Run(long seed) throws IOException {
            this.seed = seed;
            random = new Random(seed);
            // Never a whole number of regions or blocks, sometimes more than one region.
            frozen = new byte[512 * (1 + random.nextInt(seed % 50 == 0 ? 5000 : 400))];
            random.nextBytes(frozen);
            for (int i = 0; i < frozen.length / BLOCK; i += 3) {
                Arrays.fill(frozen, i * BLOCK, (i + 1) * BLOCK, (byte) 0);
            }
            expected = frozen.clone();
            flushed = frozen.clone();
            open = fresh(frozen.length, PATIENCE);
        }

        /** Before the switch: some of it arrives, in versions that are old when it switches. */
        void fill() throws IOException {
            for (int i = random.nextInt(20); i > 0; i--) {
                Extent range = range();
                var old = new byte[(int) range.length()];
                random.nextBytes(old);
                open.write(range.offset(), ByteBuffer.wrap(old));
                open.leaveBehind(range.offset(), range.length());
            }
            for (int i = random.nextInt(20); i > 0; i--) {
                push(range());
            }
            for (int i = random.nextInt(5); i > 0; i--) {
                keep(range());
            }
            open.beginPulling();
            synced = Files.readAllBytes(image);
            connect();
        }

        /** An earlier attempt had sent it. */
        private void keep(Extent range) throws IOException {
            try (var file = FileChannel.open(image, StandardOpenOption.WRITE)) {
                file.write(ByteBuffer.wrap(frozen, (int) range.offset(), (int) range.length()), range.offset());
            }
            open.keep(range.offset(), range.length());
        }

        private void connect() {
            open.fetchBy((offset, length) -> push(new Extent(offset, length)));
        }

        private Extent range() {
            int from = random.nextInt(frozen.length);
            int length = 1 + random.nextInt(Math.min(frozen.length - from, random.nextBoolean() ? 700 : 20_000));
            if (random.nextBoolean()) {
                from = from / BLOCK * BLOCK;
                length = Math.min(Math.ceilDiv(length, BLOCK) * BLOCK, frozen.length - from);
            }
            return new Extent(from, length);
        }

        /** What the source sends is always the frozen disk. */
        private void push(Extent range) throws IOException {
            int from = (int) range.offset();
            int end = from + (int) range.length();
            boolean zero = true;
            for (int i = from; i < end && zero; i++) {
                zero = frozen[i] == 0;
            }
            if (zero) {
                open.zero(range.offset(), range.length());
            } else {
                open.write(range.offset(), ByteBuffer.wrap(frozen, from, end - from));
            }
        }

        void step() throws Exception {
            switch (random.nextInt(12)) {
                case 0, 1 -> read(range());
                case 2, 3, 4 -> write(range());
                case 5 -> zero(range());
                case 6 -> discard(range());
                case 7 -> push(range());
                case 8 -> underWay.add(range()); // read at the source, and late
                case 9 -> {
                    if (!underWay.isEmpty()) {
                        push(underWay.remove());
                    }
                }
                case 10 -> flush();
                default -> crash();
            }
        }

        private void read(Extent range) throws Exception {
            var into = ByteBuffer.allocate((int) range.length());
            open.guestReads(range.offset(), into);
            int from = (int) range.offset();
            assertThat(Arrays.mismatch(into.array(), 0, into.capacity(), expected, from, from + into.capacity()))
                    .as("seed %d: a read at %d", seed, from)
                    .isEqualTo(-1);
        }

        private void write(Extent range) throws Exception {
            var content = new byte[(int) range.length()];
            random.nextBytes(content);
            open.guestWrites(range.offset(), ByteBuffer.wrap(content));
            System.arraycopy(content, 0, expected, (int) range.offset(), content.length);
        }

        private void zero(Extent range) throws Exception {
            open.guestZeroes(range.offset(), range.length());
            Arrays.fill(expected, (int) range.offset(), (int) (range.offset() + range.length()), (byte) 0);
        }

        private void discard(Extent range) throws Exception {
            open.guestDiscards(range.offset(), range.length());
            int from = (int) Math.ceilDiv(range.offset(), BLOCK) * BLOCK;
            int end = (int) (range.offset() + range.length());
            end = end == frozen.length ? end : end / BLOCK * BLOCK;
            if (from < end) {
                Arrays.fill(expected, from, end, (byte) 0);
            }
        }

        private void flush() throws IOException {
            open.sync();
            flushed = expected.clone();
            synced = Files.readAllBytes(image);
        }

        private void crash() throws IOException {
            if (random.nextInt(3) == 0) {
                cutPower();
            } else {
                killWorker();
            }
            assertThat(open.pulling()).isTrue();
            connect();
        }

        /** The page cache stays, of the image and of the map. */
        private void killWorker() throws IOException {
            open.close();
            open = PulledImage.open(
                    image, new QemuImageLocks(), BlockMap.open(map, frozen.length, "boot-" + boots), PATIENCE);
        }

        /**
         * Of each block written since the last sync the disk holds the old or the new. The map's live bits may all have
         * reached the disk, which is the worst: their blocks may not have.
         */
        private void cutPower() throws IOException {
            open.close();
            byte[] disk = Files.readAllBytes(image);
            for (int from = 0; from < disk.length; from += BLOCK) {
                if (random.nextBoolean()) {
                    System.arraycopy(synced, from, disk, from, Math.min(BLOCK, disk.length - from));
                }
            }
            Files.write(image, disk);
            boots++;
            open = PulledImage.open(
                    image, new QemuImageLocks(), BlockMap.open(map, frozen.length, "boot-" + boots), PATIENCE);
            synced = disk;
            believeDisk();
        }

        /**
         * The guest was lost too and takes what it finds: block by block what it had flushed, or what it wrote later.
         * Never the source's over what was flushed, and nothing else.
         */
        private void believeDisk() throws IOException {
            for (int from = 0; from < frozen.length; from += BLOCK) {
                int end = Math.min(from + BLOCK, frozen.length);
                var into = ByteBuffer.allocate(end - from);
                connect();
                readUninterrupted(from, into);
                boolean old = Arrays.mismatch(into.array(), 0, end - from, flushed, from, end) < 0;
                boolean recent = Arrays.mismatch(into.array(), 0, end - from, expected, from, end) < 0;
                boolean between = written(from, end);
                assertThat(old || recent || between)
                        .as(
                                "seed %d: after a power cut block %d is neither what was flushed nor newer",
                                seed, from / BLOCK)
                        .isTrue();
                System.arraycopy(into.array(), 0, expected, from, end - from);
            }
            flushed = expected.clone();
        }

        /** Several writes of one block since the flush: the disk may hold one in the middle. */
        private boolean written(int from, int end) {
            return Arrays.mismatch(flushed, from, end, expected, from, end) >= 0;
        }

        private void readUninterrupted(long offset, ByteBuffer into) throws IOException {
            try {
                open.guestReads(offset, into);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        void pullAll() throws IOException {
            underWay.forEach(range -> pushUnchecked(range));
            for (Extent run : open.missing(0, Integer.MAX_VALUE)) {
                push(run);
            }
            assertThat(open.missingBytes()).isZero();
            assertThat(open.missing(0, 10)).isEmpty();
        }

        private void pushUnchecked(Extent range) {
            try {
                push(range);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }

        void assertEqual() throws IOException {
            assertThat(open.complete()).isTrue();
            assertThat(BlockMap.phaseOf(map)).isEqualTo(BlockMap.Phase.COMPLETE);
            assertThat(Arrays.mismatch(Files.readAllBytes(image), expected))
                    .as("seed %d: first different byte", seed)
                    .isEqualTo(-1);
        }

        void end() {
            open.close();
        }
    }
}
