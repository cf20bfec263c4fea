package io.drover.worker.wire;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * The 32 bytes before a payload, big endian: kind u8, codec u8, disk u16, payload length u32, offset or number u64,
 * range length u32, sequence u32, payload's CRC32C u32, CRC32C of the 28 bytes before it u32.
 *
 * <p>The header has a checksum of its own, so that a damaged length is noticed before anybody waits for that many
 * bytes.
 *
 * @param number offset in bytes of DATA, ZERO and FETCH, otherwise the number that joins a question with its answer
 * @param range bytes covered by a DATA, ZERO or FETCH frame, otherwise 0
 */
record FrameHeader(
        int kind, int codec, int disk, int payloadLength, long number, long range, int sequence, int payloadCrc) {
    static final int BYTES = 32;
    static final int CODEC_NONE = 0;
    static final int CODEC_ZSTD = 1;

    static final int DATA = 1;
    static final int ZERO = 2;
    static final int FLUSH = 3;
    static final int FLUSHED = 4;
    static final int REQUEST = 5;
    static final int ANSWER = 6;
    static final int ENDED = 7;
    static final int PING = 8;
    static final int PONG = 9;
    static final int FETCH = 10;

    private static final int CHECKED_BYTES = BYTES - Integer.BYTES;
    private static final long U32_MAX = 0xFFFF_FFFFL;
    private static final int U16_MAX = 0xFFFF;

    static FrameHeader of(Frame frame, int sequence) {
        ByteBuffer payload = frame.payload();
        int length = payload.remaining();
        int crc = crc(payload);
        return switch (frame) {
            case Frame.Data f -> new FrameHeader(DATA, 0, f.disk(), length, f.offset(), length, sequence, crc);
            case Frame.Packed f ->
                new FrameHeader(DATA, CODEC_ZSTD, f.disk(), length, f.offset(), f.length(), sequence, crc);
            case Frame.Zero f -> new FrameHeader(ZERO, 0, f.disk(), 0, f.offset(), f.length(), sequence, 0);
            case Frame.Flush f -> new FrameHeader(FLUSH, 0, f.disk(), 0, f.number(), 0, sequence, 0);
            case Frame.Flushed f -> new FrameHeader(FLUSHED, 0, f.disk(), 0, f.number(), 0, sequence, 0);
            case Frame.Request f -> new FrameHeader(REQUEST, 0, 0, length, f.number(), 0, sequence, crc);
            case Frame.Answer f -> new FrameHeader(ANSWER, 0, 0, length, f.number(), 0, sequence, crc);
            case Frame.Ended _ -> new FrameHeader(ENDED, 0, 0, length, 0, 0, sequence, crc);
            case Frame.Ping f -> new FrameHeader(PING, 0, 0, 0, f.number(), 0, sequence, 0);
            case Frame.Pong f -> new FrameHeader(PONG, 0, 0, 0, f.number(), 0, sequence, 0);
            case Frame.Fetch f -> new FrameHeader(FETCH, 0, f.disk(), 0, f.offset(), f.length(), sequence, 0);
        };
    }

    /** CRC32C of what remains, which stays as it is; 0 of nothing. */
    static int crc(ByteBuffer bytes) {
        var crc = new CRC32C();
        crc.update(bytes.duplicate());
        return (int) crc.getValue();
    }

    /** Refuses what must never be sent; the limits are the same in both directions. */
    FrameHeader checked() throws WireException {
        boolean packed = codec == CODEC_ZSTD && kind == DATA;
        require(codec == CODEC_NONE || packed, "codec " + codec + " is unknown in a frame of kind " + kind);
        require(disk >= 0 && disk <= U16_MAX, "disk index " + disk + " is not between 0 and " + U16_MAX);
        require(number >= 0, "offset or number " + Long.toUnsignedString(number) + " is over 2^63 - 1");
        switch (kind) {
            case DATA -> {
                require(payloadLength >= 1 && payloadLength <= Frame.DATA_BYTES_MAX, oversize());
                require(
                        packed ? range > payloadLength && range <= Frame.DATA_BYTES_MAX : range == payloadLength,
                        "range of " + range + " bytes with " + payloadLength + " bytes of data");
                require(number <= Long.MAX_VALUE - range, "the range ends over 2^63 - 1");
            }
            case ZERO -> {
                require(payloadLength == 0, unexpectedPayload());
                require(range >= 1 && range <= Frame.ZERO_BYTES_MAX, "zeros over " + range + " bytes");
                require(number <= Long.MAX_VALUE - range, "the range ends over 2^63 - 1");
            }
            case FETCH -> {
                require(payloadLength == 0, unexpectedPayload());
                require(range >= 1 && range <= Frame.FETCH_BYTES_MAX, "a fetch of " + range + " bytes");
                require(number <= Long.MAX_VALUE - range, "the range ends over 2^63 - 1");
            }
            case REQUEST, ANSWER, ENDED -> {
                require(payloadLength >= 0 && payloadLength <= Frame.CONTROL_BYTES_MAX, oversize());
                require(disk == 0 && range == 0, "a control frame with a disk or a range");
            }
            case FLUSH, FLUSHED, PING, PONG -> require(payloadLength == 0 && range == 0, unexpectedPayload());
            default -> throw new WireException("frame kind " + kind + " is unknown");
        }
        return this;
    }

    void put(ByteBuffer into) {
        int start = into.position();
        into.put((byte) kind).put((byte) codec).putShort((short) disk).putInt(payloadLength);
        into.putLong(number).putInt((int) range).putInt(sequence).putInt(payloadCrc);
        into.putInt(crc(into.duplicate().flip().position(start)));
    }

    /** Reads and checks a header; the position of {@code from} does not move. */
    static FrameHeader read(ByteBuffer from, int at) throws WireException {
        int stated = from.getInt(at + CHECKED_BYTES);
        int actual = crc(from.duplicate().limit(at + CHECKED_BYTES).position(at));
        require(stated == actual, "the header's checksum is wrong");
        return new FrameHeader(
                        from.get(at) & 0xFF,
                        from.get(at + 1) & 0xFF,
                        from.getShort(at + 2) & U16_MAX,
                        from.getInt(at + 4),
                        from.getLong(at + 8),
                        from.getInt(at + 16) & U32_MAX,
                        from.getInt(at + 20),
                        from.getInt(at + 24))
                .checked();
    }

    /** The frame this header and its payload make; the kind was checked before. */
    Frame frame(ByteBuffer payload) throws WireException {
        require(crc(payload) == payloadCrc, "the payload's checksum is wrong");
        return switch (kind) {
            case DATA ->
                codec == CODEC_ZSTD
                        ? new Frame.Packed(disk, number, (int) range, payload)
                        : new Frame.Data(disk, number, payload);
            case ZERO -> new Frame.Zero(disk, number, range);
            case FLUSH -> new Frame.Flush(disk, number);
            case FLUSHED -> new Frame.Flushed(disk, number);
            case REQUEST -> new Frame.Request(number, payload);
            case ANSWER -> new Frame.Answer(number, payload);
            case ENDED -> new Frame.Ended(payload);
            case PING -> new Frame.Ping(number);
            case PONG -> new Frame.Pong(number);
            case FETCH -> new Frame.Fetch(disk, number, range);
            default -> throw new WireException("frame kind " + kind + " is unknown");
        };
    }

    private String oversize() {
        return "a payload of " + Integer.toUnsignedString(payloadLength) + " bytes in a frame of kind " + kind;
    }

    private String unexpectedPayload() {
        return "a payload or range in a frame of kind " + kind;
    }

    private static void require(boolean holds, String otherwise) throws WireException {
        if (!holds) {
            throw new WireException(otherwise);
        }
    }
}
