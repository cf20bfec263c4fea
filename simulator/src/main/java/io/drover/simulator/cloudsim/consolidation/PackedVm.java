package io.drover.simulator.cloudsim.consolidation;

import java.util.Arrays;

/** A virtual machine as consolidation sees it: where it is, what moving it carries, what it asked for lately. */
public final class PackedVm {
    private final int server;
    private final long bytes;
    private final double[] demand;

    /**
     * Describes a VM.
     *
     * @param server index of the host that has it
     * @param bytes what a move would carry: memory, and the local disks where they move too
     * @param demand samples at equal distances, newest first, at least one; the same count for all VMs
     */
    public PackedVm(int server, long bytes, double[] demand) {
        if (server < 0 || bytes <= 0 || demand.length == 0) {
            throw new IllegalArgumentException(
                    "server " + server + ", " + bytes + " bytes, " + demand.length + " samples");
        }
        this.server = server;
        this.bytes = bytes;
        this.demand = demand.clone();
    }

    int server() {
        return server;
    }

    long bytes() {
        return bytes;
    }

    int samples() {
        return demand.length;
    }

    /** The sample that many back; 0 is the newest. */
    double demand(int back) {
        return demand[back];
    }

    double now() {
        return demand[0];
    }

    double highest() {
        return Arrays.stream(demand).max().orElseThrow();
    }
}
