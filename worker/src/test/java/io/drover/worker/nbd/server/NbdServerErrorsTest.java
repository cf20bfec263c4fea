package io.drover.worker.nbd.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.worker.nbd.NbdClient;
import io.drover.worker.nbd.NbdRange;
import io.drover.worker.nbd.NbdRequestException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A disk that fails by an Error, as a mapped file on a full disk does: the client is answered all the same. */
@Tag("attack")
@Timeout(300)
final class NbdServerErrorsTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @TempDir
    private Path folder;

    @Test
    @DisplayName("A3: a request that ends in an Error is answered with EIO, and the connection goes on")
    void anErrorIsAnAnswer() throws Exception {
        var disk = new FaultyDisk();
        try (var server = NbdServer.listen(folder.resolve("s"), "disk", disk, NbdServerLimits.defaults());
                var client = NbdClient.connect(server.address(), "disk", List.of(), LIMIT)) {
            disk.faulty.set(true);
            assertThatThrownBy(() -> client.write(0, ByteBuffer.allocate(4096)))
                    .isInstanceOf(NbdRequestException.class);
            assertThatThrownBy(client::flush).isInstanceOf(NbdRequestException.class);
            disk.faulty.set(false);
            client.write(0, ByteBuffer.allocate(4096));
            client.flush();
            assertThat(server.connections()).isEqualTo(1);
        }
    }

    @Test
    @DisplayName("A3: an Error in the thread that receives is thrown by the read that waits for it")
    void anErrorOfTheReceiverIsTheReaders() throws Exception {
        try (var server = NbdServer.listen(
                        folder.resolve("s"), "disk", new MemoryBackend(8192), NbdServerLimits.defaults());
                var client = NbdClient.connect(server.address(), "disk", List.of(), LIMIT)) {
            Iterator<NbdRange> ranges =
                    Stream.generate(() -> fault(NbdRange.class)).iterator();
            assertThatThrownBy(() -> client.read(ranges, 4096, (_, _) -> {}))
                    .hasRootCauseInstanceOf(InternalError.class);
        }
    }

    private static <T> T fault(Class<T> type) {
        throw new InternalError("a fault occurred in an unsafe memory access operation: " + type);
    }

    private static final class FaultyDisk implements NbdBackend {
        final AtomicBoolean faulty = new AtomicBoolean();

        @Override
        public long size() {
            return 8192;
        }

        @Override
        public void read(long offset, ByteBuffer into) {
            touch();
        }

        @Override
        public void write(long offset, ByteBuffer content, boolean durable) {
            touch();
        }

        @Override
        public void zero(long offset, long length, boolean durable) {
            touch();
        }

        @Override
        public void trim(long offset, long length, boolean durable) {
            touch();
        }

        @Override
        public void flush() {
            touch();
        }

        private void touch() {
            if (faulty.get()) {
                boolean _ = fault(Boolean.class);
            }
        }
    }
}
