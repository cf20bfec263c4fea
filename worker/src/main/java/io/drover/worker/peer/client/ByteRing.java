package io.drover.worker.peer.client;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Optional;

/** Memory of a fixed size, given out in whole pieces and taken back in the same order. Not safe for several threads. */
final class ByteRing {
    private final ByteBuffer memory;
    /** Bytes each piece takes up, with those left free at the end of the memory before it. */
    private final ArrayDeque<Integer> taken = new ArrayDeque<>();

    private int next;
    private int used;

    ByteRing(int bytes) {
        this.memory = ByteBuffer.allocateDirect(bytes);
    }

    /** A piece of memory; empty when there is no room until more is taken back. */
    Optional<ByteBuffer> claim(int length) {
        int capacity = memory.capacity();
        if (length > capacity) {
            throw new IllegalArgumentException(length + " bytes of " + capacity);
        }
        if (used == 0) {
            next = 0;
        }
        boolean wraps = next + length > capacity;
        int skipped = wraps ? capacity - next : 0;
        if (used + skipped + length > capacity) {
            return Optional.empty();
        }
        int start = wraps ? 0 : next;
        next = start + length;
        used += skipped + length;
        taken.add(skipped + length);
        return Optional.of(memory.slice(start, length));
    }

    /** Takes the oldest piece back. */
    void release() {
        used -= taken.remove();
    }
}
