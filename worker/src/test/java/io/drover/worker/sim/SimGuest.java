package io.drover.worker.sim;

import io.drover.messages.DiskDefinition;
import io.drover.messages.DiskId;
import io.drover.messages.VmDefinition;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a guest knows: every write it ever made, numbered. It checks before it writes, so that a stale block is found; it
 * lives once, wherever its processes are.
 */
final class SimGuest {
    private final SimWorld world;
    private final VmDefinition definition;
    private final Map<DiskId, long[]> expected = new TreeMap<>();
    private long written;

    SimGuest(SimWorld world, VmDefinition definition, Map<DiskId, SimImage> disks) {
        this.world = world;
        this.definition = definition;
        disks.forEach((disk, image) -> expected.put(disk, new long[image.count()]));
    }

    /** How many writes it made: what its memory holds. */
    long written() {
        return written;
    }

    /** The guest begins to run in this process. */
    void begins(SimProcess process) {
        if (process.memory != written) {
            throw world.violation("guest " + definition.name() + " runs on " + process.host() + " with old memory: "
                    + process.memory + " of " + written);
        }
        for (DiskDefinition disk : definition.disks()) {
            if (!holds(disk.id(), process.image(disk.id()))) {
                throw world.violation("guest " + definition.name() + " runs on " + process.host() + " with an old disk "
                        + disk.id() + ": " + process.image(disk.id()));
            }
        }
        next(process, process.starts());
    }

    boolean holds(DiskId disk, SimImage image) {
        return image.holds(content(disk));
    }

    private long[] content(DiskId disk) {
        long[] content = expected.get(disk);
        if (content == null) {
            throw new IllegalStateException("no disk " + disk);
        }
        return content;
    }

    private void next(SimProcess process, int start) {
        world.later(world.between(Duration.ofMillis(20), Duration.ofMillis(600)), () -> {
            if (process.running() && process.starts() == start) {
                write(process);
                next(process, start);
            }
        });
    }

    private void write(SimProcess process) {
        DiskDefinition disk =
                definition.disks().get(world.below(definition.disks().size()));
        long[] content = content(disk.id());
        int block = world.below(content.length);
        SimImage image = process.image(disk.id());
        if (image.block(block) != content[block]) {
            throw world.violation("guest " + definition.name() + " on " + process.host() + " finds "
                    + image.block(block) + " where it wrote " + content[block]);
        }
        boolean discards = world.chance(0.15);
        written++;
        content[block] = discards ? 0 : written;
        process.guestWrites(disk.id(), block, content[block]);
        process.memory = written;
    }
}
