package io.drover.worker.hypervisor;

import io.drover.messages.DiskId;
import io.drover.messages.HostId;
import io.drover.messages.MigrationId;
import io.drover.worker.replication.BlockSource;
import io.drover.worker.replication.DiskChanges;
import java.io.IOException;
import java.util.Map;

/** A virtual machine that arrives on this host, and its first time here: it was started incoming. */
public interface IncomingVm extends VmInstance {
    /** Begins to listen for memory at {@link #memorySocket}; harmless when it does. */
    void acceptMemory() throws IOException, InterruptedException;

    /** Exports a disk writable for the source's native mirror; returns what the source must be told. Before acceptMemory. */
    String acceptMirror(DiskId disk, String address, HostId source) throws IOException, InterruptedException;

    /** The unix socket at which {@link #readOnDemand} looks for this disk; a short path only the host's owner reaches. */
    String onDemandSocket(DiskId disk);

    /**
     * Points the disk at an NBD server that listens at {@link #onDemandSocket}, with the disk's id for the export's name.
     * A server that goes away is looked for again; when it stays away for seconds the guest is stopped.
     */
    void readOnDemand(DiskId disk) throws IOException, InterruptedException;

    /** Points the disk at its image again, under the running guest too; harmless when it is. */
    void readFromImage(DiskId disk) throws IOException, InterruptedException;

    /** Lets a guest go on that an error of a disk has stopped; false when that was not so. It may stop again at once. */
    boolean resumeAfterDiskError() throws IOException, InterruptedException;

    /** Begins dirty tracking of the guest's writes on every disk, before the VM first runs. */
    void trackArrivalWrites(MigrationId migration) throws IOException, InterruptedException;

    /**
     * The disks' dirty tracking begun by {@link #trackArrivalWrites}; empty when it was not begun.
     *
     * @throws IOException also when it is not whole
     */
    Map<DiskId, DiskChanges> arrivalWrites(MigrationId migration) throws IOException, InterruptedException;

    /** A disk of an image that only the VM itself can read while it runs; until {@link #forgetArrivalWrites}. */
    BlockSource arrivalContent(MigrationId migration, DiskId disk) throws IOException, InterruptedException;

    /** Ends {@link #trackArrivalWrites}; harmless when there is none. */
    void forgetArrivalWrites(MigrationId migration) throws IOException, InterruptedException;
}
