package io.drover.worker.replication;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/** QEMU's mirror in memory: each look at its progress lets it copy a little. For one thread at a time. */
public final class MemoryMirror implements NativeMirror {
    private static final int BLOCKS_PER_LOOK = 64;

    private final MemoryDisk disk;
    private final MemoryTarget target;
    private @Nullable BitSet left;
    private long bytesDone;
    private boolean ready;

    public MemoryMirror(MemoryDisk disk, MemoryTarget target) {
        this.disk = disk;
        this.target = target;
    }

    @Override
    public void start() {
        if (left == null) {
            left = disk.mirrorAccount();
        }
    }

    @Override
    public Progress progress() throws IOException {
        BitSet account = running();
        for (int i = 0; i < BLOCKS_PER_LOOK && !account.isEmpty(); i++) {
            copy(account.nextSetBit(0));
        }
        ready |= account.isEmpty();
        long rest = (long) account.cardinality() * MemoryDisk.BLOCK_BYTES;
        return new Progress(bytesDone, bytesDone + rest, ready);
    }

    @Override
    public void limit(long bytesPerSecond) {}

    @Override
    public void complete() throws IOException {
        BitSet account = running();
        if (!ready) {
            throw new IllegalStateException("the mirror is not ready");
        }
        while (!account.isEmpty()) {
            copy(account.nextSetBit(0));
        }
        try {
            target.flush();
        } catch (IOException e) {
            abandon();
            throw e;
        }
    }

    @Override
    public void abandon() {
        left = null;
        ready = false;
    }

    /** A mirror whose connection breaks fails for good and forgets its account, as QEMU's does. */
    private void copy(int block) throws IOException {
        int start = block * MemoryDisk.BLOCK_BYTES;
        int length = (int) Math.min(MemoryDisk.BLOCK_BYTES, disk.size() - start);
        try {
            target.write(start, ByteBuffer.wrap(disk.copy(start, length)));
        } catch (IOException e) {
            abandon();
            throw e;
        }
        bytesDone += length;
        running().clear(block);
    }

    private BitSet running() {
        BitSet account = left;
        if (account == null) {
            throw new IllegalStateException("no mirror was started");
        }
        return account;
    }
}
