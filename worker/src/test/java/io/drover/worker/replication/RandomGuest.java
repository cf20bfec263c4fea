package io.drover.worker.replication;

import java.util.Random;

/** A guest that writes and discards at random, part of it again and again in one hot place. */
public final class RandomGuest {
    private static final int WRITE_BYTES_MAX = 20_000;
    private final MemoryDisk disk;
    private final Random random;
    private boolean stopped;

    public RandomGuest(MemoryDisk disk, Random random) {
        this.disk = disk;
        this.random = random;
    }

    /** Does a number of things; nothing once it is stopped. */
    public void acts(int times) {
        for (int i = 0; i < times && !stopped; i++) {
            act();
        }
    }

    public void stop() {
        stopped = true;
    }

    private void act() {
        int size = (int) disk.size();
        int within = random.nextBoolean() ? size : Math.min(size, 128 << 10);
        int offset = random.nextInt(within / 512) * 512;
        int length = Math.min(size - offset, (1 + random.nextInt(WRITE_BYTES_MAX / 512)) * 512);
        switch (random.nextInt(4)) {
            case 0 -> disk.guestDiscards(offset, length);
            case 1 -> disk.guestWrites(offset, new byte[length]);
            default -> {
                var bytes = new byte[length];
                random.nextBytes(bytes);
                disk.guestWrites(offset, bytes);
            }
        }
    }
}
