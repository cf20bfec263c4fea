package io.drover.worker.nbd;

import static io.drover.worker.nbd.NbdProtocol.*;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * A server that answers in a random order and in random pieces, as it may, and tells one kind of lie. Takes one client.
 */
final class LyingNbdServer implements AutoCloseable {
    static final int SIZE = 200_000;
    private static final int STATUS_CONTEXT = 7;
    private static final int READS_HELD_MAX = 5;

    enum Lie {
        NONE,
        /** Closes in the middle of its answers, or of the handshake. */
        TRUNCATE,
        /** Changes a byte of a header. */
        FLIP_HEADER_BYTE,
        /** Leaves a chunk out. */
        DROP_CHUNK,
        /** Sends a chunk again. */
        REPEAT_CHUNK,
        /** Announces far more than it was asked for. */
        OVERSIZE,
        /** Sends random bytes instead of an answer. */
        GARBAGE,
        /** Goes silent but keeps the connection. */
        STALL,
        /** Sends chunks without end. */
        FLOOD;

        int rounds() {
            return this == STALL || this == FLOOD || this == DROP_CHUNK ? 3 : 120;
        }
    }

    private final ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    private final Path socket;
    private final Random random;
    private final Lie lie;
    private final Thread thread;
    private final List<Request> held = new ArrayList<>();
    /** How many messages go out before the lie. */
    private int honest;

    LyingNbdServer(Path socket, long seed, Lie lie) throws IOException {
        this.socket = socket;
        this.random = new Random(seed);
        this.lie = lie;
        this.honest = random.nextInt(lie == Lie.DROP_CHUNK || lie == Lie.REPEAT_CHUNK ? 40 : 60);
        listener.bind(UnixDomainSocketAddress.of(socket));
        thread = Thread.ofVirtual().start(this::serve);
    }

    NbdAddress address() {
        return new NbdAddress.Unix(socket);
    }

    static byte content(int at) {
        return at / 5000 % 4 == 1 ? 0 : (byte) (at * 31 + at / 251 + 1);
    }

    private void serve() {
        try (SocketChannel channel = listener.accept()) {
            var in = new DataInputStream(new BufferedInputStream(Channels.newInputStream(channel)));
            OutputStream out = Channels.newOutputStream(channel);
            handshake(in, out);
            transmit(in, out);
        } catch (IOException e) {
            // The client left, which is how most of these end; or a lie ends the connection.
        }
    }

    private void handshake(DataInputStream in, OutputStream out) throws IOException {
        send(out, message(d -> {
            d.writeLong(MAGIC);
            d.writeLong(OPTION_MAGIC);
            d.writeShort(3);
        }));
        in.readInt();
        while (true) {
            in.readLong();
            int option = in.readInt();
            in.skipNBytes(in.readInt());
            if (option == OPT_SET_META_CONTEXT) {
                send(out, option(option, REP_META_CONTEXT, d -> {
                    d.writeInt(STATUS_CONTEXT);
                    d.writeBytes(NbdClient.ALLOCATION);
                }));
            } else if (option == OPT_GO) {
                send(out, option(option, REP_INFO, d -> {
                    d.writeShort(INFO_EXPORT);
                    d.writeLong(SIZE);
                    d.writeShort(1);
                }));
            }
            send(out, option(option, REP_ACK, d -> {}));
            if (option == OPT_GO) {
                return;
            }
        }
    }

    private void transmit(DataInputStream in, OutputStream out) throws IOException {
        while (true) {
            in.readInt();
            in.readShort();
            int type = in.readShort();
            var request = new Request(in.readLong(), (int) in.readLong(), in.readInt());
            if (type == CMD_DISC) {
                return;
            }
            if (type == CMD_BLOCK_STATUS) {
                sendStatus(out, request);
            } else {
                held.add(request);
                if (in.available() == 0 || held.size() >= READS_HELD_MAX) {
                    sendReads(out);
                }
            }
        }
    }

    private void sendStatus(OutputStream out, Request request) throws IOException {
        int answered = 1 + random.nextInt(request.length());
        boolean overrun = answered == request.length();
        send(out, chunk(CHUNK_BLOCK_STATUS, true, request, d -> {
            d.writeInt(STATUS_CONTEXT);
            int first = answered / 2;
            if (first > 0) {
                d.writeInt(first);
                d.writeInt(NbdExtent.ZERO);
            }
            d.writeInt(answered - first + (overrun ? 4096 : 0));
            d.writeInt(0);
        }));
    }

    /** Splits each read in random chunks and interleaves those of all. */
    private void sendReads(OutputStream out) throws IOException {
        List<List<byte[]>> answers = new ArrayList<>();
        for (Request request : held) {
            answers.add(pieces(request));
        }
        held.clear();
        while (!answers.isEmpty()) {
            List<byte[]> answer = answers.get(random.nextInt(answers.size()));
            send(out, answer.removeFirst());
            answers.removeIf(List::isEmpty);
        }
    }

    private List<byte[]> pieces(Request request) throws IOException {
        List<byte[]> chunks = new ArrayList<>();
        for (int at = request.offset(); at < request.offset() + request.length(); ) {
            int length = 1 + random.nextInt(request.offset() + request.length() - at);
            chunks.add(piece(request, at, length));
            at += length;
        }
        Collections.shuffle(chunks, random);
        chunks.add(chunk(CHUNK_NONE, true, request, d -> {}));
        return chunks;
    }

    private byte[] piece(Request request, int at, int length) throws IOException {
        boolean zero = true;
        for (int i = at; i < at + length; i++) {
            zero &= content(i) == 0;
        }
        if (zero) {
            return chunk(CHUNK_OFFSET_HOLE, false, request, d -> {
                d.writeLong(at);
                d.writeInt(length);
            });
        }
        return chunk(CHUNK_OFFSET_DATA, false, request, d -> {
            d.writeLong(at);
            for (int i = at; i < at + length; i++) {
                d.writeByte(content(i));
            }
        });
    }

    private void send(OutputStream out, byte[] message) throws IOException {
        if (lie == Lie.NONE || honest-- != 0) {
            out.write(message);
            return;
        }
        switch (lie) {
            case NONE, DROP_CHUNK -> {}
            case TRUNCATE -> {
                out.write(message, 0, random.nextInt(message.length));
                throw new IOException("truncated");
            }
            case FLIP_HEADER_BYTE -> {
                message[random.nextInt(Math.min(message.length, 20))] ^= (byte) (1 << random.nextInt(8));
                out.write(message);
            }
            case REPEAT_CHUNK -> {
                out.write(message);
                out.write(message);
            }
            case OVERSIZE -> out.write(oversized(message));
            case GARBAGE -> {
                random.nextBytes(message);
                out.write(message);
            }
            case STALL -> awaitClosed();
            case FLOOD -> flood(out);
        }
    }

    private byte[] oversized(byte[] message) {
        if (message.length >= 20) {
            message[16] = (byte) (random.nextInt(127) + 1);
        }
        return message;
    }

    private void awaitClosed() throws IOException {
        listener.accept();
        throw new IOException("closed");
    }

    private static void flood(OutputStream out) throws IOException {
        byte[] chunk = chunk(CHUNK_NONE, false, new Request(1, 0, 0), d -> {});
        while (true) {
            out.write(chunk);
        }
    }

    private static byte[] option(int option, int type, Body body) throws IOException {
        byte[] payload = message(body);
        return message(d -> {
            d.writeLong(OPTION_REPLY_MAGIC);
            d.writeInt(option);
            d.writeInt(type);
            d.writeInt(payload.length);
            d.write(payload);
        });
    }

    private static byte[] chunk(int type, boolean done, Request request, Body body) throws IOException {
        byte[] payload = message(body);
        return message(d -> {
            d.writeInt(STRUCTURED_REPLY_MAGIC);
            d.writeShort(done ? CHUNK_FLAG_DONE : 0);
            d.writeShort(type);
            d.writeLong(request.cookie());
            d.writeInt(payload.length);
            d.write(payload);
        });
    }

    private static byte[] message(Body body) throws IOException {
        var bytes = new ByteArrayOutputStream();
        body.write(new DataOutputStream(bytes));
        return bytes.toByteArray();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        thread.interrupt();
    }

    private record Request(long cookie, int offset, int length) {}

    private interface Body {
        void write(DataOutputStream out) throws IOException;
    }
}
