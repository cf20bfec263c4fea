package io.drover.testbed.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.drover.messages.time.SystemClock;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConsoleRecorderTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @TempDir
    private Path folder;

    @Test
    void waitsForTheSocketAndStampsEachLine() throws Exception {
        Path socket = folder.resolve("console.sock");
        try (var recorder = ConsoleRecorder.start("a", socket, new SystemClock());
                ServerSocketChannel server = listen(socket);
                SocketChannel guest = server.accept()) {
            say(guest, "BOOT\r\n" + new Heartbeat(1, 0, 0, 0, 0, 9).line() + "\nHB 2 w=");
            assertThat(recorder.awaitHeartbeat(1, LIMIT)).isTrue();
            await().atMost(LIMIT).until(() -> recorder.recording().tail() != null);

            ConsoleRecording recording = recorder.recording();
            assertThat(recording.lines()).extracting(ConsoleLine::text).startsWith("BOOT");
            assertThat(recording.lines().get(1).atNanos()).isPositive();
            assertThat(recording.tail())
                    .isNotNull()
                    .extracting(ConsoleLine::text)
                    .isEqualTo("HB 2 w=");
        }
    }

    @Test
    void asksTheGuest() throws Exception {
        Path socket = folder.resolve("console.sock");
        try (ServerSocketChannel server = listen(socket);
                var recorder = ConsoleRecorder.start("a", socket, new SystemClock());
                SocketChannel guest = server.accept()) {
            await().atMost(LIMIT).until(recorder::connected);
            Thread answers = Thread.ofVirtual().start(() -> answer(guest));
            assertThat(recorder.ask("status", "STATUS", LIMIT).text()).isEqualTo("STATUS to status");
            answers.join();
        }
    }

    @Test
    void noticesTheEnd() throws Exception {
        Path socket = folder.resolve("console.sock");
        try (ServerSocketChannel server = listen(socket);
                var recorder = ConsoleRecorder.start("a", socket, new SystemClock())) {
            try (SocketChannel guest = server.accept()) {
                say(guest, "BOOT\n");
            }
            assertThat(recorder.awaitEnd(LIMIT)).isTrue();
            assertThat(recorder.awaitLine("READY", LIMIT)).isEmpty();
        }
    }

    @Test
    void waitsForTheNextWhenTheFirstSaidNothing() throws Exception {
        Path socket = folder.resolve("console.sock");
        try (ServerSocketChannel server = listen(socket);
                var recorder = ConsoleRecorder.start("a", socket, new SystemClock())) {
            server.accept().close();
            try (SocketChannel guest = server.accept()) {
                say(guest, "READY\n");
                assertThat(recorder.awaitLine("READY", LIMIT)).isPresent();
                assertThat(recorder.ended()).isFalse();
            }
            assertThat(recorder.awaitEnd(LIMIT)).isTrue();
        }
    }

    @Test
    void saysWhenNobodyListens() {
        try (var recorder = ConsoleRecorder.start("a", folder.resolve("none"), new SystemClock())) {
            assertThatThrownBy(() -> recorder.send("status")).hasMessage("a: the console is not connected");
        }
    }

    private static void answer(SocketChannel guest) {
        try {
            ByteBuffer command = ByteBuffer.allocate(100);
            guest.read(command);
            command.flip();
            say(guest, "STATUS to " + StandardCharsets.UTF_8.decode(command));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static ServerSocketChannel listen(Path socket) throws IOException {
        return ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(socket));
    }

    private static void say(SocketChannel guest, String text) throws IOException {
        guest.write(StandardCharsets.UTF_8.encode(text));
    }
}
