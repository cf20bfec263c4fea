package io.drover.simulator.localdisk.policy;

/** A fleet at one moment, as telemetry shows it. Hosts and VMs are indices from 0; processor amounts are MIPS. */
public interface FleetView {
    /** There is no host, or no sample so old. */
    int NONE = -1;

    /** Seconds since the day began. */
    long now();

    int hosts();

    int vms();

    double hostCpu(int host);

    /** One processor's MIPS. */
    double hostCore(int host);

    /** Bytes. */
    long hostMemory(int host);

    /** Bytes for local disks. */
    long hostDisk(int host);

    /** Bytes a second, each way. */
    long hostLink(int host);

    /** The host that a VM runs on. */
    int host(int vm);

    /** The host that a VM is on its way to, or {@link #NONE}. */
    int target(int vm);

    int vmCores(int vm);

    /** Bytes. */
    long vmMemory(int vm);

    /** Bytes of its memory that it has touched. */
    long vmResident(int vm);

    /** Bytes allocated on the host's drives, swap included. */
    long vmDisk(int vm);

    /** Bytes a second to its disks. */
    double vmWrites(int vm);

    /** Bytes a second of memory. */
    double vmDirties(int vm);

    /** How many samples of load there are, at most 288. */
    int samples();

    /** Seconds between samples. */
    int sampleSeconds();

    /**
     * What a VM asked for.
     *
     * @param age 0 for the newest sample, below {@link #samples}
     */
    double demand(int vm, int age);
}
