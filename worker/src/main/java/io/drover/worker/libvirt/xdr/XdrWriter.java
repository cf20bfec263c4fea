package io.drover.worker.libvirt.xdr;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Writes data of RFC 4506. Each method returns the writer. */
public final class XdrWriter {
    private static final int UNIT = Integer.BYTES;

    private ByteBuffer data = ByteBuffer.allocate(256);

    /** An {@code int}, or the bits of an {@code unsigned int}. */
    public XdrWriter int32(int value) {
        room(Integer.BYTES).putInt(value);
        return this;
    }

    public XdrWriter int64(long value) {
        room(Long.BYTES).putLong(value);
        return this;
    }

    public XdrWriter bool(boolean value) {
        return int32(value ? 1 : 0);
    }

    /** Sixteen bytes without a length. */
    public XdrWriter uuid(UUID value) {
        return int64(value.getMostSignificantBits()).int64(value.getLeastSignificantBits());
    }

    public XdrWriter opaque(byte[] bytes) {
        int padding = -bytes.length & (UNIT - 1);
        int32(bytes.length);
        room(bytes.length + padding).put(bytes).put(new byte[padding]);
        return this;
    }

    public XdrWriter string(String text) {
        return opaque(text.getBytes(StandardCharsets.UTF_8));
    }

    /** A string behind a pointer. */
    public XdrWriter optionalString(@Nullable String text) {
        return text == null ? bool(false) : bool(true).string(text);
    }

    public <T> XdrWriter array(List<T> items, BiConsumer<XdrWriter, T> item) {
        int32(items.size());
        items.forEach(each -> item.accept(this, each));
        return this;
    }

    /** What was written, up to now. */
    public ByteBuffer written() {
        return data.duplicate().flip();
    }

    private ByteBuffer room(int bytes) {
        if (data.remaining() < bytes) {
            int size = Math.max(2 * data.capacity(), Math.addExact(data.position(), bytes));
            data = ByteBuffer.wrap(Arrays.copyOf(data.array(), size)).position(data.position());
        }
        return data;
    }
}
