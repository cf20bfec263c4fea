package io.drover.worker.image.pulled;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Random;

/** A mapped file on a disk that forgets: pages reach it when the kernel likes, for sure only when they are forced. */
final class ModelMapMemory implements MapMemory {
    private static final int PAGE = 4096;

    private final Random random;
    /** The cache, as words: they are accessed as such. */
    private final long[] words;

    private final byte[] platter;
    boolean failing;

    ModelMapMemory(Random random, long length) {
        this.random = random;
        words = new long[(int) length / Long.BYTES];
        platter = new byte[(int) length];
    }

    @Override
    public MemorySegment bytes() {
        return MemorySegment.ofArray(words);
    }

    @Override
    public void force(long offset, long length) throws IOException {
        for (long page = offset / PAGE; page < Math.ceilDiv(offset + length, PAGE); page++) {
            if (!failing || random.nextBoolean()) {
                writeBack(page);
            }
        }
        if (failing) {
            if (random.nextBoolean()) {
                throw new InternalError("a fault occurred in an unsafe memory access operation");
            }
            throw new IOException("input/output error");
        }
    }

    void writeSomeBack() {
        for (long page = 0; page < platter.length / PAGE; page++) {
            if (random.nextBoolean()) {
                writeBack(page);
            }
        }
    }

    private void writeBack(long page) {
        MemorySegment.copy(bytes(), page * PAGE, MemorySegment.ofArray(platter), page * PAGE, PAGE);
    }

    void cutPower() {
        writeSomeBack();
        MemorySegment.copy(MemorySegment.ofArray(platter), 0, bytes(), 0, platter.length);
    }
}
