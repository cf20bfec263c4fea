package io.drover.worker.nbd.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever a client sends: the disk holds what the well-formed requests before the damage said and nothing else, no
 * more than the bound is in memory, and the next client is served.
 */
final class NbdServerFuzzTest {
    private static final int SIZE = 1 << 16;
    private static final int ROUNDS = 600;
    private static final long OPTION_MAGIC = 0x49484156454f5054L;
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    private Path folder;

    @Test
    void damagedRequestsChangeNothing() throws Exception {
        var disk = new MemoryBackend(SIZE);
        var limits = new NbdServerLimits(2, 4, 4096, Duration.ofSeconds(30));
        try (var server = NbdServer.listen(folder.resolve("s"), "disk", disk, limits)) {
            for (long seed = 0; seed < ROUNDS; seed++) {
                damageTransmission(server, disk, new Random(seed), seed);
            }
            assertThat(disk.atOnceMax.get()).isLessThanOrEqualTo(8);
        }
    }

    /** Good writes whose effect is known, one damaged byte sequence, then garbage. */
    private void damageTransmission(NbdServer server, MemoryBackend disk, Random random, long seed) throws Exception {
        byte[] expected = disk.content.clone();
        try (SocketChannel channel = connect(server)) {
            negotiate(channel);
            for (int i = random.nextInt(4); i > 0; i--) {
                write(channel, random, expected);
            }
            ByteBuffer damage = damaged(random);
            sendAll(channel, damage);
            channel.shutdownOutput();
            drain(channel);
        }
        Awaitility.await("seed " + seed)
                .atMost(LIMIT)
                .pollInterval(Duration.ofMillis(1))
                .until(() -> server.connections() == 0);
        assertThat(Arrays.mismatch(disk.content, expected)).as("seed " + seed).isEqualTo(-1);
    }

    private static void write(SocketChannel channel, Random random, byte[] expected) throws IOException {
        int length = 1 + random.nextInt(4096);
        int offset = random.nextInt(SIZE - length + 1);
        var content = new byte[length];
        random.nextBytes(content);
        System.arraycopy(content, 0, expected, offset, length);
        sendAll(channel, request(0x25609513, 0, 1, random.nextLong(), offset, length));
        sendAll(channel, ByteBuffer.wrap(content));
        readAll(channel, ByteBuffer.allocate(16));
    }

    /** Never a request that may be carried out: each kind breaks one rule. */
    private static ByteBuffer damaged(Random random) {
        long cookie = random.nextLong();
        int length = 1 + random.nextInt(4096);
        return switch (random.nextInt(8)) {
            case 0 -> request(random.nextInt() | 1 << 31, 0, 1, cookie, 0, length);
            case 1 -> withPayload(request(0x25609513, 0, 1, cookie, SIZE - length + 1, length), length);
            case 2 -> withPayload(request(0x25609513, 0, 1, cookie, random.nextLong() | 1L << 63, length), length);
            case 3 -> withPayload(request(0x25609513, 0, 1, cookie, 0, 4097), 4097);
            case 4 -> request(0x25609513, 0, 1, cookie, 0, -1 - random.nextInt(1 << 20));
            case 5 -> withPayload(request(0x25609513, 0, 1, cookie, 0, length), random.nextInt(length));
            case 6 -> withPayload(request(0x25609513, 4 << random.nextInt(13), 1, cookie, 0, length), length);
            default ->
                request(0x25609513, 0, 7 + random.nextInt(60000), cookie, 0, 0).limit(1 + random.nextInt(28));
        };
    }

    private static ByteBuffer withPayload(ByteBuffer header, int bytes) {
        var payload = new byte[bytes];
        Arrays.fill(payload, (byte) 0x5a);
        return ByteBuffer.allocate(header.remaining() + bytes)
                .put(header)
                .put(payload)
                .flip();
    }

    @Test
    void damagedOptionsAreRefusedAndTheNextClientIsServed() throws Exception {
        var disk = new MemoryBackend(SIZE);
        disk.content[1] = 7;
        var limits = new NbdServerLimits(2, 4, 4096, Duration.ofSeconds(30));
        try (var server = NbdServer.listen(folder.resolve("s"), "disk", disk, limits)) {
            for (long seed = 0; seed < ROUNDS; seed++) {
                try (SocketChannel channel = connect(server)) {
                    readAll(channel, ByteBuffer.allocate(18));
                    sendAll(channel, damagedOptions(new Random(seed)));
                    channel.shutdownOutput();
                    drain(channel);
                }
                Awaitility.await("seed " + seed)
                        .atMost(LIMIT)
                        .pollInterval(Duration.ofMillis(1))
                        .until(() -> server.connections() == 0);
            }
            try (SocketChannel channel = connect(server)) {
                negotiate(channel);
                sendAll(channel, request(0x25609513, 0, 0, 42, 1, 1));
                ByteBuffer answer = ByteBuffer.allocate(17);
                readAll(channel, answer);
                assertThat(answer.flip())
                        .isEqualTo(ByteBuffer.allocate(17)
                                .putInt(0x67446698)
                                .putInt(0)
                                .putLong(42)
                                .put((byte) 7)
                                .flip());
            }
        }
    }

    private static ByteBuffer damagedOptions(Random random) {
        ByteBuffer bytes = ByteBuffer.allocate(64 << 10).putInt(3);
        for (int i = random.nextInt(5); i > 0; i--) {
            var data = new byte[random.nextInt(200)];
            random.nextBytes(data);
            bytes.putLong(OPTION_MAGIC)
                    .putInt(random.nextInt(12))
                    .putInt(data.length)
                    .put(data);
        }
        ByteBuffer good = go().position(0);
        int at = bytes.position() + random.nextInt(good.remaining());
        bytes.put(good);
        bytes.put(at, (byte) random.nextInt());
        return bytes.limit(at + random.nextInt(bytes.position() - at + 1))
                .position(bytes.limit())
                .flip();
    }

    @Test
    void aClientThatSaysNothingIsSentAway() throws Exception {
        var limits = new NbdServerLimits(2, 4, 4096, Duration.ofMillis(50));
        try (var server = NbdServer.listen(folder.resolve("s"), "disk", new MemoryBackend(SIZE), limits);
                SocketChannel channel = connect(server)) {
            readAll(channel, ByteBuffer.allocate(18));
            assertThat(channel.read(ByteBuffer.allocate(1))).isEqualTo(-1);
        }
    }

    private static SocketChannel connect(NbdServer server) throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        channel.connect((UnixDomainSocketAddress) server.address().socketAddress());
        return channel;
    }

    private static ByteBuffer go() {
        byte[] name = {'d', 'i', 's', 'k'};
        return ByteBuffer.allocate(16 + 10)
                .putLong(OPTION_MAGIC)
                .putInt(7)
                .putInt(10)
                .putInt(4)
                .put(name)
                .putShort((short) 0)
                .flip();
    }

    private static void negotiate(SocketChannel channel) throws IOException {
        readAll(channel, ByteBuffer.allocate(18));
        sendAll(channel, ByteBuffer.allocate(4).putInt(3).flip());
        sendAll(channel, go());
        // Three replies of 20 bytes each, with 12, 14 and no bytes of data.
        readAll(channel, ByteBuffer.allocate(3 * 20 + 12 + 14));
    }

    private static ByteBuffer request(int magic, int flags, int command, long cookie, long offset, int length) {
        return ByteBuffer.allocate(28)
                .putInt(magic)
                .putShort((short) flags)
                .putShort((short) command)
                .putLong(cookie)
                .putLong(offset)
                .putInt(length)
                .flip();
    }

    private static void sendAll(SocketChannel channel, ByteBuffer bytes) {
        try {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        } catch (IOException e) {
            // The server may hang up before it has read everything.
            bytes.position(bytes.limit());
        }
    }

    private static void readAll(SocketChannel channel, ByteBuffer into) throws IOException {
        while (into.hasRemaining()) {
            if (channel.read(into) < 0) {
                throw new IOException("the server hung up");
            }
        }
    }

    private static void drain(SocketChannel channel) {
        try {
            ByteBuffer rest = ByteBuffer.allocate(4096);
            int read;
            do {
                read = channel.read(rest.clear());
            } while (read >= 0);
        } catch (IOException e) {
            // Hung up with unread bytes: the same end.
        }
    }
}
