package io.drover.worker.peer.session;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** A link that can be cut, frozen or damaged: forwards connections to a server. */
public final class FaultyLink implements AutoCloseable {
    private final ServerSocket listener;
    private final InetSocketAddress server;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final Object gate = new Object();
    private final AtomicLong forwarded = new AtomicLong();
    private final StringBuilder heard = new StringBuilder();
    private volatile boolean frozen;
    private volatile long damageAt = Long.MAX_VALUE;

    public FaultyLink(InetSocketAddress server) throws IOException {
        this.server = server;
        this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::acceptAll);
    }

    public String address() {
        return "127.0.0.1:" + listener.getLocalPort();
    }

    /** Takes nothing and gives nothing from now on, without closing anything. */
    void freeze() {
        frozen = true;
    }

    /** Changes one bit of the byte that is so many bytes after those forwarded so far, in whatever direction. */
    public void damageAfter(long bytes) {
        damageAt = forwarded.get() + bytes;
    }

    public void cut() {
        sockets.forEach(FaultyLink::close);
    }

    public long forwarded() {
        return forwarded.get();
    }

    /** All bytes that went over it, one char each. */
    String heard() {
        synchronized (heard) {
            return heard.toString();
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        cut();
        frozen = false;
        synchronized (gate) {
            gate.notifyAll();
        }
    }

    private void acceptAll() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                var upstream = new Socket(server.getAddress(), server.getPort());
                sockets.add(client);
                sockets.add(upstream);
                Thread.ofVirtual().start(() -> forward(client, upstream));
                Thread.ofVirtual().start(() -> forward(upstream, client));
            } catch (IOException e) {
                // Closed, or the server is: whoever connects sees the end.
            }
        }
    }

    private void forward(Socket from, Socket to) {
        var buffer = new byte[16 << 10];
        try {
            for (int read = from.getInputStream().read(buffer);
                    read >= 0;
                    read = from.getInputStream().read(buffer)) {
                awaitThaw();
                long before = forwarded.getAndAdd(read);
                if (before <= damageAt && damageAt < before + read) {
                    buffer[(int) (damageAt - before)] ^= 1;
                }
                hear(buffer, read);
                to.getOutputStream().write(buffer, 0, read);
            }
            awaitThaw();
            to.shutdownOutput();
        } catch (IOException e) {
            close(from);
            close(to);
        }
    }

    private void hear(byte[] bytes, int length) {
        synchronized (heard) {
            heard.append(new String(bytes, 0, Math.min(length, 1024), StandardCharsets.ISO_8859_1));
        }
    }

    private void awaitThaw() throws IOException {
        synchronized (gate) {
            while (frozen) {
                try {
                    gate.wait();
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
            }
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // It is closed either way.
        }
    }
}
