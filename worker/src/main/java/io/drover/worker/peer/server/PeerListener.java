package io.drover.worker.peer.server;

import io.drover.messages.text.FileProblem;
import io.drover.messages.time.Clock;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes connections in and hands over those that have said something. One that is silent costs its socket and an entry
 * here, no thread and no buffer, and not for long.
 */
final class PeerListener implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PeerListener.class);
    private static final int BACKLOG = 512;
    private static final int SILENT_MAX = 1024;
    private static final int SILENT_MAX_OF_ONE_ADDRESS = 512;
    private static final Duration LOOK_EVERY = Duration.ofMillis(250);
    private static final Duration AFTER_ERROR = Duration.ofMillis(100);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(5);

    private final ServerSocketChannel listener;
    private final InetSocketAddress address;
    private final Selector selector;
    private final Duration silence;
    private final Clock clock;
    private final Taker taker;
    private final Unauthenticated silent = new Unauthenticated(SILENT_MAX, SILENT_MAX_OF_ONE_ADDRESS);
    private final Thread thread =
            Thread.ofPlatform().daemon().name("peer-accept").unstarted(this::run);
    private volatile boolean closed;

    /**
     * What becomes of a connection that has said something; called from the listener's thread, which it must not hold.
     */
    @FunctionalInterface
    interface Taker {
        /**
         * Takes it over.
         *
         * @param since when it was taken in, on the clock's own time
         */
        void take(SocketChannel channel, Duration since);
    }

    /** @param silence after which a connection that has said nothing is closed */
    PeerListener(InetSocketAddress local, Duration silence, Clock clock, Taker taker) throws IOException {
        this.silence = silence;
        this.clock = clock;
        this.taker = taker;
        this.selector = Selector.open();
        this.listener = ServerSocketChannel.open();
        try {
            listener.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            listener.bind(local, BACKLOG);
            listener.configureBlocking(false);
            listener.register(selector, SelectionKey.OP_ACCEPT);
            this.address = (InetSocketAddress) listener.getLocalAddress();
        } catch (IOException e) {
            listener.close();
            selector.close();
            throw e;
        }
    }

    void start() {
        thread.start();
    }

    InetSocketAddress address() {
        return address;
    }

    /** Nobody is taken in any more, and the port is free. */
    @Override
    public void close() throws IOException {
        closed = true;
        selector.wakeup();
        try {
            thread.join(STOP_LIMIT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        release();
    }

    private void run() {
        try {
            while (!closed) {
                look();
            }
        } finally {
            release();
        }
    }

    private void look() {
        try {
            // Also when nothing comes: silent ones have a limit.
            selector.select(LOOK_EVERY.toMillis());
            for (SelectionKey key : List.copyOf(selector.selectedKeys())) {
                selector.selectedKeys().remove(key);
                if (key.isValid() && key.isAcceptable()) {
                    accept();
                } else if (key.isValid()) {
                    hear(key);
                }
            }
            endSilent();
        } catch (IOException e) {
            rest(e);
        } catch (RuntimeException e) { // top of the thread: without it nobody would be taken in any more
            LOG.error("defect while taking connections in", e);
            rest(e);
        }
    }

    /** For example too many open files: it passes, and must not spin meanwhile. */
    private void rest(Exception e) {
        LOG.warn("cannot accept a connection: {}", e.toString());
        try {
            clock.sleep(AFTER_ERROR);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void accept() throws IOException {
        SocketChannel channel = listener.accept();
        if (channel == null) {
            return;
        }
        try {
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ, clock.elapsed());
            var peer = (InetSocketAddress) channel.getRemoteAddress();
            silent.add(channel, peer.getAddress()).ifPresent(PeerListener::drop);
        } catch (IOException e) {
            // It has left already.
            drop(channel);
        }
    }

    private void hear(SelectionKey key) throws IOException {
        var channel = (SocketChannel) key.channel();
        silent.remove(channel);
        key.cancel();
        // So that the selector lets go of it: then it can block, and closing it closes its socket at once.
        selector.selectNow();
        try {
            channel.configureBlocking(true);
            taker.take(channel, (Duration) key.attachment());
        } catch (IOException e) {
            drop(channel);
        }
    }

    private void endSilent() {
        Duration now = clock.elapsed();
        for (SelectionKey key : selector.keys()) {
            if (key.attachment() instanceof Duration since && now.minus(since).compareTo(silence) > 0) {
                var channel = (SocketChannel) key.channel();
                silent.remove(channel);
                drop(channel);
            }
        }
    }

    private static void drop(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            LOG.debug("closing a connection: {}", FileProblem.told(e));
        }
    }

    private void release() {
        try {
            listener.close();
            for (SelectionKey key : selector.keys()) {
                key.channel().close();
            }
            // Only then are the sockets closed.
            selector.close();
        } catch (IOException | ClosedSelectorException e) {
            LOG.debug("closing: {}", e.toString());
        }
    }
}
