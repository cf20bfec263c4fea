package io.drover.worker.libvirt.rpc;

import io.drover.worker.libvirt.xdr.XdrWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.UUID;

/** Answers to a list, a description, figures and a migration's Begin; tells one lie after some honest answers. */
public final class LyingLibvirt implements AutoCloseable {
    public static final UUID ID = new UUID(7, 8);

    public enum Lie {
        /** Pieces of any size, messages between the answers. */
        NONE,
        CUT_OFF,
        NOISE,
        FLIPPED_BIT,
        LENGTH_OF_2_GIB,
        LENGTH_OF_NOTHING,
        LENGTH_TOO_LONG,
        SERIAL,
        PROGRAM,
        PROCEDURE,
        VERSION,
        TYPE,
        STATUS,
        ERROR_WITHOUT_ERROR,
        PAYLOAD_TOO_SHORT,
        PAYLOAD_TOO_LONG,
        NUMBERS_OF_2_32,
        TWICE,
        ENDLESS_EVENTS,
        SILENCE;

        /** A client cannot know better than to wait. */
        public boolean costsTheDeadline() {
            return this == ENDLESS_EVENTS || this == SILENCE;
        }
    }

    private static final int HEADER = Integer.BYTES + RpcHeader.BYTES;
    private static final int ANSWERS = 7;
    /** Of a kind that nobody asked for. */
    private static final RpcHeader EVENT = RpcHeader.message(Program.REMOTE, 400);

    private final FakeLibvirt daemon;
    private final Random random;
    private final Lie lie;
    private int honest;

    public LyingLibvirt(Path socket, long seed, Lie lie) throws IOException {
        this.random = new Random(seed);
        this.lie = lie;
        this.honest = random.nextInt(ANSWERS);
        this.daemon = new FakeLibvirt(socket, this::send);
        daemon.on(Procedure.CONNECT_LIST_ALL_DOMAINS, arguments -> {
            arguments.bool();
            arguments.int32();
            return domain(domain(new XdrWriter().int32(2))).int32(2);
        });
        daemon.on(Procedure.DOMAIN_GET_XML_DESC, arguments -> {
            arguments.string();
            arguments.uuid();
            arguments.int64();
            return new XdrWriter().string("<domain/>");
        });
        daemon.on(Procedure.CONNECT_GET_ALL_DOMAIN_STATS, arguments -> {
            arguments.int64();
            arguments.int32();
            XdrWriter record = domain(new XdrWriter().int32(1)).int32(3);
            record.string("cpu.time").int32(4).int64(42);
            record.string("block.0.name").int32(7).string("vda");
            return record.string("state").int32(1).int32(1);
        });
        daemon.on(Procedure.DOMAIN_MIGRATE_BEGIN3_PARAMS, arguments -> {
            arguments.string();
            arguments.uuid();
            arguments.int64();
            arguments.int32();
            return new XdrWriter().opaque(new byte[] {1, 2, 3}).string("<domain/>");
        });
    }

    private static XdrWriter domain(XdrWriter to) {
        return to.string("web1").uuid(ID).int32(3);
    }

    private void send(OutputStream out, byte[] whole) throws IOException {
        byte[] frame = whole;
        if (lie == Lie.NONE) {
            sendInPieces(out, frame);
            return;
        }
        if (honest-- != 0) {
            out.write(frame);
            return;
        }
        switch (lie) {
            case CUT_OFF -> {
                out.write(frame, 0, random.nextInt(frame.length));
                throw new IOException("cut off");
            }
            case NOISE -> random.nextBytes(frame);
            case FLIPPED_BIT -> frame[random.nextInt(frame.length)] ^= (byte) (1 << random.nextInt(8));
            case LENGTH_OF_2_GIB -> put(frame, 0, Integer.MIN_VALUE);
            case LENGTH_OF_NOTHING -> put(frame, 0, random.nextInt(HEADER));
            case LENGTH_TOO_LONG -> put(frame, 0, RpcSocket.FRAME_BYTES_MAX + 1 + random.nextInt(1 << 20));
            case PROGRAM -> put(frame, 1, Program.QEMU);
            case VERSION -> put(frame, 2, 2);
            case PROCEDURE -> put(frame, 3, 99);
            case TYPE -> put(frame, 4, 4 + random.nextInt(3));
            case SERIAL -> put(frame, 5, 1000 + random.nextInt(10));
            case STATUS -> put(frame, 6, 2);
            case ERROR_WITHOUT_ERROR -> put(frame, 6, RpcHeader.ERROR);
            case PAYLOAD_TOO_SHORT -> frame = resized(frame, -4);
            case PAYLOAD_TOO_LONG -> frame = resized(frame, 4);
            case NUMBERS_OF_2_32 -> Arrays.fill(frame, HEADER, frame.length, (byte) 0xff);
            case TWICE -> out.write(frame);
            case ENDLESS_EVENTS -> sendEvents(out);
            case SILENCE -> frame = new byte[0];
            case NONE -> throw new IllegalStateException();
        }
        out.write(frame);
    }

    private static void put(byte[] frame, int word, int value) {
        ByteBuffer.wrap(frame).putInt(word * Integer.BYTES, value);
    }

    /** With less or more at the end than the payload has; an answer without payload gets more in any case. */
    private static byte[] resized(byte[] frame, int change) {
        byte[] result = Arrays.copyOf(frame, frame.length == HEADER ? HEADER + 4 : frame.length + change);
        put(result, 0, result.length);
        return result;
    }

    private void sendInPieces(OutputStream out, byte[] frame) throws IOException {
        byte[] event = FakeLibvirt.frame(EVENT, new XdrWriter().int32(1));
        for (int i = random.nextInt(3); i > 0; i--) {
            out.write(event);
        }
        for (int at = 0; at < frame.length; ) {
            int piece = Math.min(1 + random.nextInt(20), frame.length - at);
            out.write(frame, at, piece);
            at += piece;
        }
    }

    /** Until the client has gone. */
    private static void sendEvents(OutputStream out) throws IOException {
        byte[] event = FakeLibvirt.frame(EVENT, new XdrWriter());
        while (true) {
            out.write(event);
        }
    }

    @Override
    public void close() throws IOException {
        daemon.close();
    }
}
