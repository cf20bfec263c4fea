package io.drover.worker.hypervisor.qemu.block;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.worker.replication.BlockTarget;
import io.drover.worker.replication.Extent;
import io.drover.worker.replication.mirror.MirroredTarget;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When a mirrored write is answered, told by a destination that says so itself. */
final class MirrorNbdBackendTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @Test
    void withoutAWindowAWriteIsAnsweredAfterTheDestinationsAnswer(@TempDir Path folder) throws Exception {
        var destination = new SlowDestination();
        try (var gateway = open(folder, 0, destination)) {
            CompletableFuture<Boolean> answered = write(gateway);
            await(destination.asked);
            // The write has been sent and the destination has been asked: all that is missing is its answer.
            assertThat(answered).isNotDone();
            destination.answers.countDown();
            assertThat(answered.get(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void withAWindowAWriteIsAnsweredWhateverTheDestinationDoes(@TempDir Path folder) throws Exception {
        var destination = new SlowDestination();
        try (var gateway = open(folder, 1 << 20, destination)) {
            assertThat(write(gateway).get(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
            assertThat(destination.answers.getCount()).isEqualTo(1);
        }
    }

    private static MirrorNbdBackend open(Path folder, long windowBytes, BlockTarget destination) throws Exception {
        return MirrorNbdBackend.open(
                folder.resolve("mir.sock"), 1 << 20, windowBytes, new MirroredTarget(destination), LIMIT, () -> {});
    }

    private static CompletableFuture<Boolean> write(MirrorNbdBackend gateway) {
        var answered = new CompletableFuture<Boolean>();
        Thread.ofVirtual().start(() -> {
            try {
                gateway.write(4096, ByteBuffer.allocate(4096), false);
                answered.complete(true);
            } catch (Exception e) { // top of the thread: the test is told
                answered.completeExceptionally(e);
            }
        });
        return answered;
    }

    private static void await(CountDownLatch latch) throws InterruptedException {
        assertThat(latch.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }

    /** Takes everything, and keeps whoever flushes waiting. */
    private static final class SlowDestination implements BlockTarget {
        final CountDownLatch asked = new CountDownLatch(1);
        final CountDownLatch answers = new CountDownLatch(1);

        @Override
        public void write(long offset, ByteBuffer content) {
            content.position(content.limit());
        }

        @Override
        public void zero(long offset, long length) {}

        @Override
        public void flush() throws InterruptedException {
            asked.countDown();
            answers.await();
        }

        @Override
        public void leaveBehind(List<Extent> extents) {
            throw new UnsupportedOperationException("a mirror leaves nothing behind");
        }

        @Override
        public long wireBytes() {
            return 0;
        }
    }
}
