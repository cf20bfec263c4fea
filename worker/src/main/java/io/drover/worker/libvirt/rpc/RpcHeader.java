package io.drover.worker.libvirt.rpc;

import java.nio.ByteBuffer;

/**
 * What comes before each payload ({@code virNetMessageHeader} of virnetprotocol.x): six numbers of four bytes, after
 * the length of the whole frame with this length.
 *
 * @param serial counts the calls of a client; 0 in messages
 */
record RpcHeader(int program, int version, int procedure, int type, int serial, int status) {
    static final int BYTES = 6 * Integer.BYTES;

    // Types.
    static final int CALL = 0;
    static final int REPLY = 1;
    static final int MESSAGE = 2;
    static final int STREAM = 3;

    // Statuses.
    static final int OK = 0;
    static final int ERROR = 1;

    static RpcHeader call(Procedure procedure, int serial) {
        return new RpcHeader(procedure.program(), Program.VERSION, procedure.number(), CALL, serial, OK);
    }

    static RpcHeader message(int program, int procedure) {
        return new RpcHeader(program, Program.VERSION, procedure, MESSAGE, 0, OK);
    }

    static RpcHeader read(ByteBuffer from) {
        return new RpcHeader(from.getInt(), from.getInt(), from.getInt(), from.getInt(), from.getInt(), from.getInt());
    }

    /** The whole frame, ready to be sent. */
    ByteBuffer frame(ByteBuffer payload) {
        int length = Math.addExact(Integer.BYTES + BYTES, payload.remaining());
        return ByteBuffer.allocate(length)
                .putInt(length)
                .putInt(program)
                .putInt(version)
                .putInt(procedure)
                .putInt(type)
                .putInt(serial)
                .putInt(status)
                .put(payload)
                .flip();
    }
}
