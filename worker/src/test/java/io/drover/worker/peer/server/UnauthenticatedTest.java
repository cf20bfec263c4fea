package io.drover.worker.peer.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("attack")
class UnauthenticatedTest {
    private final Unauthenticated waiting = new Unauthenticated(4, 3);
    private final List<SocketChannel> opened = new ArrayList<>();
    private final InetAddress stranger = address(66);
    private final InetAddress host = address(1);

    private static InetAddress address(int last) {
        try {
            return InetAddress.getByAddress(new byte[] {10, 0, 0, (byte) last});
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private SocketChannel channel() throws IOException {
        SocketChannel channel = SocketChannel.open();
        opened.add(channel);
        return channel;
    }

    @AfterEach
    void close() throws IOException {
        for (SocketChannel channel : opened) {
            channel.close();
        }
    }

    @Test
    @DisplayName("A10: who takes all places takes them from himself")
    void theOldestOfWhoeverHasMostGivesWay() throws IOException {
        SocketChannel own = channel();
        assertThat(waiting.add(own, host)).isEmpty();
        SocketChannel first = channel();
        SocketChannel second = channel();
        assertThat(waiting.add(first, stranger)).isEmpty();
        assertThat(waiting.add(second, stranger)).isEmpty();
        assertThat(waiting.add(channel(), stranger)).isEmpty();
        // More than one address may have.
        assertThat(waiting.add(channel(), stranger)).contains(first);
        // More than there are places, and the host is not the one that has most.
        assertThat(waiting.add(channel(), host)).contains(second);
        waiting.remove(own);
        assertThat(waiting.add(channel(), host)).isEmpty();
    }
}
