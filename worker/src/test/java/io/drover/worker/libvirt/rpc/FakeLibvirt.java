package io.drover.worker.libvirt.rpc;

import io.drover.worker.libvirt.xdr.XdrException;
import io.drover.worker.libvirt.xdr.XdrReader;
import io.drover.worker.libvirt.xdr.XdrWriter;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * A daemon that answers as it is told. Without more it lets everybody in, is of libvirt 9.0.0, and does not answer other
 * calls.
 */
public final class FakeLibvirt implements AutoCloseable {
    private final ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    private final Map<Procedure, Answer> answers = new ConcurrentHashMap<>();
    private final BlockingQueue<OutputStream> clients = new LinkedBlockingQueue<>();
    private final BlockingQueue<RpcHeader> received = new LinkedBlockingQueue<>();
    private final Output output;

    /** Makes the payload of the answer to a call. */
    @FunctionalInterface
    public interface Answer {
        XdrWriter to(XdrReader arguments) throws XdrException;
    }

    /** Sends a frame, or does something else. */
    @FunctionalInterface
    interface Output {
        void send(OutputStream to, byte[] frame) throws IOException;
    }

    private static final class Refusal extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final transient XdrWriter error;

        Refusal(XdrWriter error) {
            this.error = error;
        }
    }

    public FakeLibvirt(Path socket) throws IOException {
        this(socket, OutputStream::write);
    }

    FakeLibvirt(Path socket, Output output) throws IOException {
        this.output = output;
        on(Procedure.AUTH_LIST, _ -> new XdrWriter().array(List.of(0), XdrWriter::int32));
        on(Procedure.CONNECT_OPEN, arguments -> {
            arguments.optional(XdrReader::string);
            arguments.int32();
            return new XdrWriter();
        });
        on(Procedure.CONNECT_GET_LIB_VERSION, _ -> new XdrWriter().int64(9_000_000));
        listener.bind(UnixDomainSocketAddress.of(socket));
        Thread.ofVirtual().start(this::serve);
    }

    public FakeLibvirt on(Procedure procedure, Answer answer) {
        answers.put(procedure, answer);
        return this;
    }

    /** Answers with an error in which everything is said that an error has room for. */
    public FakeLibvirt refuse(Procedure procedure, int code, String words) {
        var error = new XdrWriter().int32(code).int32(10).optionalString(words).int32(2);
        error.bool(true).string("web1").uuid(new UUID(1, 2)).int32(-1);
        error.optionalString(words)
                .optionalString(null)
                .optionalString("third")
                .int32(-1)
                .int32(0);
        error.bool(true).string("default").uuid(new UUID(3, 4));
        return on(procedure, _ -> {
            throw new Refusal(error);
        });
    }

    /** Takes one client after the other. */
    private void serve() {
        while (listener.isOpen()) {
            try (SocketChannel channel = listener.accept()) {
                var in = new DataInputStream(Channels.newInputStream(channel));
                OutputStream out = Channels.newOutputStream(channel);
                clients.add(out);
                while (true) {
                    byte[] frame = new byte[in.readInt() - Integer.BYTES];
                    in.readFully(frame);
                    take(ByteBuffer.wrap(frame), out);
                }
            } catch (IOException e) {
                // The client left, or the test is over.
            }
        }
    }

    private void take(ByteBuffer frame, OutputStream out) throws IOException {
        RpcHeader header = RpcHeader.read(frame);
        received.add(header);
        for (var entry : answers.entrySet()) {
            if (header.type() == RpcHeader.CALL && entry.getKey().is(header.program(), header.procedure())) {
                output.send(out, answer(header, entry.getValue(), frame));
            }
        }
    }

    private static byte[] answer(RpcHeader call, Answer answer, ByteBuffer payload) throws IOException {
        try {
            var arguments = new XdrReader(payload, RpcConnection.STRING_BYTES_MAX);
            XdrWriter result = answer.to(arguments);
            arguments.end();
            return frame(reply(call, RpcHeader.OK), result);
        } catch (Refusal e) {
            return frame(reply(call, RpcHeader.ERROR), e.error);
        }
    }

    static byte[] frame(RpcHeader header, XdrWriter payload) {
        ByteBuffer frame = header.frame(payload.written());
        byte[] bytes = new byte[frame.remaining()];
        frame.get(bytes);
        return bytes;
    }

    static RpcHeader reply(RpcHeader call, int status) {
        return new RpcHeader(call.program(), call.version(), call.procedure(), RpcHeader.REPLY, call.serial(), status);
    }

    /** What a client sent next, calls and messages. */
    RpcHeader received() throws InterruptedException {
        return received.take();
    }

    /** The side of the next client to send anything to. */
    OutputStream client() throws InterruptedException {
        return clients.take();
    }

    /** Tells a client of an event, unless it is gone. */
    public void event(XdrWriter payload) throws IOException, InterruptedException {
        RpcHeader header = RpcHeader.message(Program.REMOTE, Procedure.DOMAIN_EVENT_CALLBACK_LIFECYCLE.number());
        client().write(frame(header, payload));
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
