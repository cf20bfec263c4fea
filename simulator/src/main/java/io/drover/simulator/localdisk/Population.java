package io.drover.simulator.localdisk;

import io.drover.simulator.cloudsim.fleet.VmType;
import io.drover.simulator.trace.LoadTrace;
import java.util.SplittableRandom;

/**
 * The VMs of a day: processors and memory as in the CloudSim experiment, and from a seed what it leaves out.
 *
 * <p>It has touched six tenths of its memory. Local disk is 10 to 80 GiB, evenly; a VM writes 0.02 to 2 MB/s to it
 * and dirties 0.2 to 20 MB/s of memory, both evenly by order of magnitude.
 */
final class Population {
    private static final long MB = 1_000_000;
    private static final long GIB = 1L << 30;
    private static final int DISK_GIB_MIN = 10;
    private static final int DISK_GIB_MAX = 80;
    private static final double WRITE_BYTES_PER_S_MIN = 20_000;
    private static final double DIRTY_BYTES_PER_S_MIN = 200_000;
    private static final double MAGNITUDES = 2;
    private static final int MIPS_OF_A_CORE = 1250;
    private static final double TOUCHED = 0.6;

    private final double[] mips;
    private final long[] memory;
    private final long[] disk;
    private final double[] written;
    private final double[] dirtied;

    Population(LoadTrace trace, long seed) {
        int count = trace.vms();
        mips = new double[count];
        memory = new long[count];
        disk = new long[count];
        written = new double[count];
        dirtied = new double[count];
        var random = new SplittableRandom(seed);
        for (int vm = 0; vm < count; vm++) {
            VmType type = VmType.of(vm, count);
            mips[vm] = type.mips();
            memory[vm] = type.ramMb() * MB;
            disk[vm] = DISK_GIB_MIN * GIB + random.nextLong((DISK_GIB_MAX - DISK_GIB_MIN) * GIB);
            written[vm] = WRITE_BYTES_PER_S_MIN * Math.pow(10, MAGNITUDES * random.nextDouble());
            dirtied[vm] = DIRTY_BYTES_PER_S_MIN * Math.pow(10, MAGNITUDES * random.nextDouble());
        }
    }

    int count() {
        return mips.length;
    }

    /** What a VM uses at full load. */
    double mips(int vm) {
        return mips[vm];
    }

    int cores(int vm) {
        return (int) Math.ceil(mips[vm] / MIPS_OF_A_CORE);
    }

    /** Bytes. */
    long memory(int vm) {
        return memory[vm];
    }

    /** Bytes of it that it has touched: what a copy sends and telemetry shows. */
    long resident(int vm) {
        return (long) (TOUCHED * memory[vm]);
    }

    /** Bytes allocated on its host's drives. */
    long disk(int vm) {
        return disk[vm];
    }

    /** Bytes a second to its disk. */
    double written(int vm) {
        return written[vm];
    }

    /** Bytes a second of memory. */
    double dirtied(int vm) {
        return dirtied[vm];
    }

    long totalMemory() {
        long total = 0;
        for (long bytes : memory) {
            total += bytes;
        }
        return total;
    }

    long totalDisk() {
        long total = 0;
        for (long bytes : disk) {
            total += bytes;
        }
        return total;
    }
}
