package io.drover.worker.sim.host;

import io.drover.messages.DiskDefinition;
import io.drover.messages.DiskId;
import io.drover.messages.VmDefinition;
import io.drover.worker.sim.control.SimWorld;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a guest knows: every write it ever made, numbered. It checks before it writes, so that a stale block is found;
 * it lives once, wherever its processes are. After a power cut it may find what it had not flushed, or what stood there
 * at the last flush.
 */
public final class SimGuest {
    private final SimWorld world;
    private final VmDefinition definition;
    private final Map<DiskId, Content> disks = new TreeMap<>();
    private long written;
    private @Nullable SimHost home;
    private boolean liedTo;

    public SimGuest(SimWorld world, VmDefinition definition, Map<DiskId, SimImage> images) {
        this.world = world;
        this.definition = definition;
        images.forEach((disk, image) -> disks.put(disk, new Content(image.count())));
    }

    /** Of one disk. */
    private static final class Content {
        private final long[] newest;
        /** By block: what it held since the last flush before its newest content. */
        private final Map<Integer, Set<Long>> older = new TreeMap<>();
        /** Whether a power cut may have taken what was not flushed. */
        private boolean uncertain;

        Content(int blocks) {
            newest = new long[blocks];
        }

        boolean allows(int block, long value) {
            return newest[block] == value
                    || (uncertain && older.getOrDefault(block, Set.of()).contains(value));
        }

        void write(int block, long value) {
            older.computeIfAbsent(block, at -> new TreeSet<>()).add(newest[block]);
            newest[block] = value;
        }

        /** What is found is what is there from now on. */
        void found(int block, long value) {
            if (newest[block] != value) {
                write(block, value);
            }
        }
    }

    /** How many writes it made: what its memory holds. */
    long written() {
        return written;
    }

    /** A host with an image of a disk of it loses power. */
    public void powerLost(SimHost host) {
        disks.values().forEach(content -> content.uncertain |= host == home);
        liedTo |= host.lies;
    }

    /** What a disk lost that had said it was durable is nobody's fault but the disk's. */
    boolean liedTo() {
        return liedTo;
    }

    /** The guest begins to run in this process. */
    void begins(SimProcess process) {
        home = process.host();
        if (process.memory != written) {
            throw world.violation("guest " + definition.name() + " runs on " + process.host() + " with old memory: "
                    + process.memory + " of " + written);
        }
        for (DiskDefinition disk : definition.disks()) {
            for (int block = 0; block < content(disk.id()).newest.length; block++) {
                if (process.present(disk.id(), block)) {
                    look(process, disk.id(), block);
                }
            }
        }
        next(process, process.starts());
    }

    private void look(SimProcess process, DiskId disk, int block) {
        long found = process.image(disk).block(block);
        Content content = content(disk);
        if (content.allows(block, found)) {
            content.found(block, found);
        } else if (liedTo) {
            world.count("a disk that lies about its flushes lost what it was told to keep");
            content.found(block, found);
        } else {
            throw world.violation("guest " + definition.name() + " runs on " + process.host() + " with an old disk "
                    + disk + ": block " + block + " holds " + found + " where it wrote " + content.newest[block]
                    + " (older: " + content.older.get(block) + ", " + content.uncertain + ")");
        }
    }

    /** Whether an image is the guest's disk as it last knew it. */
    public boolean holds(DiskId disk, SimImage image) {
        Content content = content(disk);
        for (int block = 0; block < content.newest.length && !liedTo; block++) {
            if (!content.allows(block, image.block(block))) {
                return false;
            }
        }
        return true;
    }

    private Content content(DiskId disk) {
        Content content = disks.get(disk);
        if (content == null) {
            throw new IllegalStateException("no disk " + disk);
        }
        return content;
    }

    private void next(SimProcess process, int start) {
        world.later(world.between(Duration.ofMillis(20), Duration.ofMillis(600)), () -> {
            if (process.running() && process.starts() == start) {
                act(process);
                next(process, start);
            }
        });
    }

    private void act(SimProcess process) {
        DiskDefinition disk =
                definition.disks().get(world.below(definition.disks().size()));
        int block = world.below(content(disk.id()).newest.length);
        if (process.present(disk.id(), block)) {
            look(process, disk.id(), block);
        } else if (world.chance(0.5)) {
            process.want(disk.id(), block);
            return;
        }
        // A whole block is written without waiting for what it held.
        long value = world.chance(0.15) ? 0 : written + 1;
        if (process.guestWrites(disk.id(), block, value)) {
            written++;
            content(disk.id()).write(block, value);
            process.memory = written;
        }
        if (world.chance(0.5)) {
            flush(process);
        }
    }

    /** From now on nothing older may be found, power cut or not. */
    void flush(SimProcess process) {
        for (DiskDefinition disk : definition.disks()) {
            if (process.guestFlushes(disk.id())) {
                content(disk.id()).older.clear();
                content(disk.id()).uncertain = false;
            }
        }
    }
}
