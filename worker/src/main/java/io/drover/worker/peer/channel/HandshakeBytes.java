package io.drover.worker.peer.channel;

import io.drover.worker.wire.WireException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.util.UUID;
import java.util.zip.CRC32C;

/** The handshake's messages on their way: so many bytes and their CRC32C. */
public final class HandshakeBytes {
    private HandshakeBytes() {}

    /** Sends the remaining bytes and their checksum. */
    public static void send(ByteChannel channel, ByteBuffer message) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(message.remaining() + Integer.BYTES);
        bytes.put(message.duplicate()).putInt(crc(message)).flip();
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    /** Receives a message of so many bytes and its checksum. */
    static ByteBuffer receive(ByteChannel channel, int bytes) throws IOException {
        ByteBuffer message = receiveBare(channel, bytes + Integer.BYTES);
        int stated = message.getInt(bytes);
        message.limit(bytes);
        requireSum(stated, crc(message));
        return message;
    }

    static ByteBuffer receiveBare(ByteChannel channel, int bytes) throws IOException {
        ByteBuffer message = ByteBuffer.allocate(bytes);
        while (message.hasRemaining()) {
            if (channel.read(message) < 0) {
                throw new EOFException("the connection ended inside the handshake");
            }
        }
        return message.flip();
    }

    public static int crc(ByteBuffer... parts) {
        var crc = new CRC32C();
        for (ByteBuffer part : parts) {
            crc.update(part.duplicate());
        }
        return (int) crc.getValue();
    }

    static void requireSum(int stated, int actual) throws WireException {
        if (stated != actual) {
            throw new WireException("handshake: the checksum is wrong");
        }
    }

    static ByteBuffer put(ByteBuffer into, UUID uuid) {
        return into.putLong(uuid.getMostSignificantBits()).putLong(uuid.getLeastSignificantBits());
    }

    static UUID uuid(ByteBuffer from) {
        return new UUID(from.getLong(), from.getLong());
    }
}
