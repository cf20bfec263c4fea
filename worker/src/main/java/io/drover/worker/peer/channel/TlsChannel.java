package io.drover.worker.peer.channel;

import io.drover.messages.HostId;
import io.drover.worker.pki.CertificateName;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;

/**
 * A socket under TLS. One thread reads while another writes. {@link #close} drops the socket without a word: it must
 * not wait for a peer that takes nothing, and nothing in the protocol rests on how a connection ends.
 *
 * <p>Several records go out with one system call, and as many come in. The buffers are on the heap because the JDK
 * encrypts in place, and AES-GCM does that faster in an array.
 */
final class TlsChannel implements PeerChannel {
    private static final int RECORDS = 8;
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final SocketChannel socket;
    private final SSLEngine engine;
    private final ReentrantLock readLock = new ReentrantLock();
    private final ReentrantLock writeLock = new ReentrantLock();
    private final int recordBytes;

    /** Encrypted bytes that have come; ready to be read. */
    private final ByteBuffer arrived;

    /** Encrypted bytes that must go; empty but while one is written. */
    private final ByteBuffer leaving;

    /** Bytes for which the last reader's buffer was too small; ready to be read. */
    private final ByteBuffer plain;

    private TlsChannel(SocketChannel socket, SSLEngine engine) {
        this.socket = socket;
        this.engine = engine;
        this.recordBytes = engine.getSession().getPacketBufferSize();
        this.arrived = ByteBuffer.allocate(recordBytes * RECORDS).flip();
        this.leaving = ByteBuffer.allocate(recordBytes * RECORDS);
        this.plain = ByteBuffer.allocate(engine.getSession().getApplicationBufferSize())
                .flip();
    }

    /**
     * Shakes hands; blocks until both sides have shown who they are. A client learns of its own refusal from its first
     * read only (RFC 8446, 4.4.2.4).
     *
     * @throws SSLException a certificate is no good, or the other side does not speak TLS 1.3
     */
    static TlsChannel open(SocketChannel socket, SSLEngine engine) throws IOException {
        var channel = new TlsChannel(socket, engine);
        try {
            channel.shakeHands();
            return channel;
        } catch (SSLException e) {
            channel.complain(e);
            throw e;
        }
    }

    /**
     * Tells the other side why, and waits until it has left: a socket that is closed with something unread in it takes
     * the alert back. The handshake's deadline ends that.
     */
    private void complain(SSLException reason) {
        try {
            leaving.clear();
            engine.wrap(NOTHING.duplicate(), leaving);
            drain();
            socket.shutdownOutput();
            while (socket.read(arrived.clear()) >= 0) {
                // What it still says is of no more interest.
            }
        } catch (IOException e) {
            reason.addSuppressed(e);
        }
    }

    private void shakeHands() throws IOException {
        engine.beginHandshake();
        HandshakeStatus status = engine.getHandshakeStatus();
        while (status != HandshakeStatus.FINISHED && status != HandshakeStatus.NOT_HANDSHAKING) {
            status = switch (status) {
                case NEED_TASK -> runTasks();
                case NEED_WRAP -> sendRecord();
                case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> takeRecord();
                case FINISHED, NOT_HANDSHAKING -> status;
            };
        }
    }

    private HandshakeStatus runTasks() {
        for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
            task.run();
        }
        return engine.getHandshakeStatus();
    }

    /** What the engine itself wants to say. */
    private HandshakeStatus sendRecord() throws IOException {
        SSLEngineResult result = engine.wrap(NOTHING.duplicate(), leaving);
        drain();
        if (result.getStatus() == Status.CLOSED) {
            throw new SSLException("the TLS handshake was ended");
        }
        return result.getHandshakeStatus();
    }

    private HandshakeStatus takeRecord() throws IOException {
        SSLEngineResult result = engine.unwrap(arrived, plain.clear());
        plain.flip();
        if (result.getStatus() == Status.BUFFER_UNDERFLOW && !receive()) {
            throw new EOFException("the other side closed the connection in the TLS handshake");
        }
        if (result.getStatus() == Status.CLOSED) {
            throw new SSLException("the other side ended the TLS handshake");
        }
        return result.getStatus() == Status.BUFFER_UNDERFLOW
                ? engine.getHandshakeStatus()
                : result.getHandshakeStatus();
    }

    /** False at the end of the stream. */
    private boolean receive() throws IOException {
        arrived.compact();
        try {
            return socket.read(arrived) >= 0;
        } finally {
            arrived.flip();
        }
    }

    private void drain() throws IOException {
        leaving.flip();
        try {
            while (leaving.hasRemaining()) {
                socket.write(leaving);
            }
        } finally {
            leaving.clear();
        }
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        readLock.lock();
        try {
            int before = into.position();
            boolean more = into.hasRemaining();
            while (more) {
                more = takePlain(into) ? into.hasRemaining() && arrived.hasRemaining() : decrypt(into, before);
            }
            int read = into.position() - before;
            return read == 0 && into.hasRemaining() ? -1 : read;
        } finally {
            readLock.unlock();
        }
    }

    private boolean takePlain(ByteBuffer into) {
        int length = Math.min(plain.remaining(), into.remaining());
        into.put(plain.slice(plain.position(), length));
        plain.position(plain.position() + length);
        return length > 0;
    }

    /** Decrypts a record, or waits for one if nothing was read yet; false when there is nothing more to be had now. */
    private boolean decrypt(ByteBuffer into, int before) throws IOException {
        boolean direct = into.remaining() >= plain.capacity();
        SSLEngineResult result = engine.unwrap(arrived, direct ? into : plain.clear());
        if (!direct) {
            plain.flip();
        }
        answer(result.getHandshakeStatus());
        return switch (result.getStatus()) {
            case OK -> into.hasRemaining();
            case BUFFER_UNDERFLOW -> into.position() == before && receive();
            case CLOSED -> false;
            case BUFFER_OVERFLOW -> throw new SSLException("a record of more than " + plain.capacity() + " bytes");
        };
    }

    /** New keys and tickets come at any time after the handshake. */
    private void answer(HandshakeStatus status) throws IOException {
        HandshakeStatus now = status == HandshakeStatus.NEED_TASK ? runTasks() : status;
        // Whoever writes now sends what the engine has to say before its own bytes.
        if (now == HandshakeStatus.NEED_WRAP && writeLock.tryLock()) {
            try {
                sendRecord();
            } finally {
                writeLock.unlock();
            }
        }
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        int before = source.remaining();
        write(new ByteBuffer[] {source});
        return before - source.remaining();
    }

    @Override
    public void write(ByteBuffer[] sources) throws IOException {
        writeLock.lock();
        try {
            while (remaining(sources) > 0 && leaving.remaining() >= recordBytes) {
                SSLEngineResult result = engine.wrap(sources, leaving);
                if (result.getStatus() == Status.CLOSED) {
                    throw new ClosedChannelException();
                }
                if (result.getHandshakeStatus() == HandshakeStatus.NEED_TASK) {
                    runTasks();
                }
            }
            drain();
        } finally {
            leaving.clear();
            writeLock.unlock();
        }
    }

    private static long remaining(ByteBuffer[] buffers) {
        long remaining = 0;
        for (ByteBuffer buffer : buffers) {
            remaining += buffer.remaining();
        }
        return remaining;
    }

    @Override
    public void endSending() throws IOException {
        writeLock.lock();
        try {
            engine.closeOutbound();
            engine.wrap(NOTHING.duplicate(), leaving);
            drain();
            socket.shutdownOutput();
        } finally {
            writeLock.unlock();
        }
    }

    @Override
    public void requirePeer(HostId host) throws WrongPeerException {
        List<String> names = peerNames();
        if (!names.contains(host.value())) {
            throw new WrongPeerException(
                    "the other side's certificate is for " + String.join(", ", names) + " and not for " + host);
        }
    }

    @Override
    public Optional<HostId> peer() throws WrongPeerException {
        List<String> names = peerNames();
        try {
            return Optional.of(new HostId(names.isEmpty() ? "" : names.getFirst()));
        } catch (IllegalArgumentException e) {
            throw new WrongPeerException("the other side's certificate is for no host: " + e.getMessage());
        }
    }

    private List<String> peerNames() throws WrongPeerException {
        try {
            return CertificateName.of((X509Certificate) engine.getSession().getPeerCertificates()[0]);
        } catch (SSLPeerUnverifiedException e) {
            throw new WrongPeerException("the other side has shown no certificate: " + e.getMessage());
        }
    }

    @Override
    public boolean isOpen() {
        return socket.isOpen();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
