package io.drover.worker.libvirt.xdr;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Reads data of RFC 4506. Never allocates more than has arrived, whatever a length claims.
 *
 * <p>C's {@code char} and {@code short} are items of four bytes, as {@code int} is (RFC 4506, section 3); their
 * vectors, too.
 */
public final class XdrReader {
    private static final int UNIT = Integer.BYTES;

    private final ByteBuffer data;
    private final int bytesMax;

    /**
     * @param data from its position to its limit; is not changed
     * @param bytesMax of a string or an opaque
     */
    public XdrReader(ByteBuffer data, int bytesMax) {
        this.data = data.slice();
        this.bytesMax = bytesMax;
    }

    /** An {@code int}, or an {@code unsigned int} whose values are below 2^31. */
    public int int32() throws XdrException {
        require(Integer.BYTES);
        return data.getInt();
    }

    /** An {@code unsigned int}. */
    public long uint32() throws XdrException {
        return Integer.toUnsignedLong(int32());
    }

    /** A {@code hyper}; the bits of an unsigned one. */
    public long int64() throws XdrException {
        require(Long.BYTES);
        return data.getLong();
    }

    public double float64() throws XdrException {
        return Double.longBitsToDouble(int64());
    }

    /** A {@code bool}, or an {@code int} that C takes for one. */
    public boolean bool() throws XdrException {
        int value = int32();
        if (value != 0 && value != 1) {
            throw new XdrException("a truth value of " + value);
        }
        return value == 1;
    }

    /** Sixteen bytes without a length. */
    public UUID uuid() throws XdrException {
        long high = int64();
        return new UUID(high, int64());
    }

    public byte[] opaque() throws XdrException {
        byte[] bytes = new byte[length()];
        data.get(bytes);
        int padding = -bytes.length & (UNIT - 1);
        for (int i = 0; i < padding; i++) {
            if (data.get() != 0) {
                throw new XdrException("padding that is not zero");
            }
        }
        return bytes;
    }

    /** Checks that bytes and padding are there before anything is allocated for them. */
    private int length() throws XdrException {
        long length = uint32();
        if (length > bytesMax) {
            throw new XdrException(length + " bytes, where at most " + bytesMax + " are allowed");
        }
        require(length + (-length & (UNIT - 1)));
        return (int) length;
    }

    /** UTF-8. A text that is not could not be given back as it was, and is refused. */
    public String string() throws XdrException {
        byte[] bytes = opaque();
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new XdrException("a string that is not UTF-8");
        }
    }

    /** A text for people: what is not UTF-8 in it is replaced. */
    public String message() throws XdrException {
        return new String(opaque(), StandardCharsets.UTF_8);
    }

    /** What C calls a pointer. */
    public <T> Optional<T> optional(XdrItem<T> item) throws XdrException {
        return bool() ? Optional.of(item.read(this)) : Optional.empty();
    }

    /**
     * An array of any length.
     *
     * @param itemsMax more are refused
     */
    public <T> List<T> array(int itemsMax, XdrItem<T> item) throws XdrException {
        long count = uint32();
        if (count > itemsMax) {
            throw new XdrException(count + " items, where at most " + itemsMax + " are allowed");
        }
        require(count * UNIT);
        List<T> items = new ArrayList<>();
        for (long i = 0; i < count; i++) {
            items.add(item.read(this));
        }
        return List.copyOf(items);
    }

    /** To be called last: what is left over was not understood. */
    public void end() throws XdrException {
        if (data.hasRemaining()) {
            throw new XdrException(data.remaining() + " bytes more than expected");
        }
    }

    private void require(long bytes) throws XdrException {
        if (data.remaining() < bytes) {
            throw new XdrException("cut off: " + bytes + " bytes expected, " + data.remaining() + " there");
        }
    }
}
