package io.drover.worker.hypervisor.qemu.block;

import io.drover.messages.DiskDefinition;
import io.drover.messages.DiskId;
import io.drover.messages.MigrationId;
import io.drover.worker.hypervisor.SourceVm.SourceDisk;
import io.drover.worker.hypervisor.qemu.block.BlockdevMirrorJob.Names;
import io.drover.worker.hypervisor.qemu.process.QemuCommandLine;
import io.drover.worker.hypervisor.qemu.process.QemuConfig;
import io.drover.worker.hypervisor.qemu.process.QemuMonitor;
import io.drover.worker.hypervisor.qemu.process.VmFolder;
import io.drover.worker.replication.BlockSource;
import io.drover.worker.replication.DiskChanges;
import io.drover.worker.replication.NativeMirror;
import io.drover.worker.replication.WriteMirror;
import io.drover.worker.replication.mirror.MirroredTarget;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What a migration does to a VM's disks: accounts, exports and mirrors, all named after it. */
public final class QemuDisks {
    private final QemuMonitor monitor;
    private final QemuExports exports;
    private final MirrorLink mirrorLink;
    private final long mirrorWindowBytes;
    private final VmFolder folder;
    private final List<DiskDefinition> disks;
    private final DirtyTracking accounts;
    private final List<NbdSource> sources = new ArrayList<>();

    public QemuDisks(
            QemuMonitor monitor, QemuExports exports, VmFolder folder, List<DiskDefinition> disks, QemuConfig config) {
        this.mirrorLink = new MirrorLink(monitor, config.encryption());
        this.mirrorWindowBytes = config.mirrorWindowBytes();
        this.monitor = monitor;
        this.exports = exports;
        this.folder = folder;
        this.disks = disks;
        this.accounts = new DirtyTracking(monitor, exports, disks);
    }

    public synchronized Map<DiskId, SourceDisk> open(MigrationId migration) throws IOException, InterruptedException {
        String account = account(migration);
        accounts.begin(account);
        Map<DiskId, DirtyBitmapChanges> changes = accounts.open(account);
        Map<DiskId, SourceDisk> opened = new TreeMap<>();
        var bitmaps = new QemuBitmaps(monitor, account);
        for (DiskDefinition disk : disks) {
            String export = account + "-" + disk.id();
            boolean overBase = disk.base() != null;
            if (overBase) {
                exports.addLayered(export, disk);
            } else {
                exports.addReadable(export, disk, List.of());
            }
            var source = new NbdSource(monitor, exports.address(), export, bitmaps.sizeBytes(disk), overBase);
            sources.add(source);
            opened.put(disk.id(), new SourceDisk(source, require(changes, disk.id())));
        }
        return opened;
    }

    private static DirtyBitmapChanges require(Map<DiskId, DirtyBitmapChanges> changes, DiskId disk) {
        DirtyBitmapChanges found = changes.get(disk);
        if (found == null) {
            throw new IllegalStateException("disk " + disk + " has no account");
        }
        return found;
    }

    public synchronized void close(MigrationId migration) throws IOException, InterruptedException {
        disconnect();
        for (int i = 0; i < disks.size(); i++) {
            BlockdevMirrorJob.end(monitor, new Names(migration, i));
            BlockdevMirrorJob.end(monitor, Names.ofGateway(migration, i));
        }
        mirrorLink.end();
        accounts.end(account(migration));
    }

    public NativeMirror mirror(
            MigrationId migration, DiskDefinition disk, MirrorTarget target, long bytesPerSecondMax) {
        var names = new Names(migration, disks.indexOf(disk));
        return new BlockdevMirrorJob(
                monitor, names, QemuCommandLine.node(disk), mirrorLink.to(target), bytesPerSecondMax);
    }

    public WriteMirror writeMirror(MigrationId migration, DiskDefinition disk, MirroredTarget target) {
        int index = disks.indexOf(disk);
        return new WriteMirrorJob(monitor, folder, Names.ofGateway(migration, index), disk, target, mirrorWindowBytes);
    }

    public void beginArrival(MigrationId migration) throws IOException, InterruptedException {
        accounts.begin(arrivalAccount(migration));
    }

    /** Empty when {@link #beginArrival} was not called, as for a VM that was started cold. */
    public Map<DiskId, DiskChanges> arrival(MigrationId migration) throws IOException, InterruptedException {
        String account = arrivalAccount(migration);
        return accounts.begun(account) ? new TreeMap<>(accounts.open(account)) : Map.of();
    }

    /** A disk as the VM itself sees it; exported as long as {@link #beginArrival}'s account lasts. */
    public synchronized BlockSource arrivalContent(MigrationId migration, DiskDefinition disk)
            throws IOException, InterruptedException {
        String export = arrivalAccount(migration) + "-content-" + disk.id();
        exports.addReadable(export, disk, List.of());
        long size = new QemuBitmaps(monitor, "").sizeBytes(disk);
        var source = new NbdSource(monitor, exports.address(), export, size, false);
        sources.add(source);
        return source;
    }

    public void endArrival(MigrationId migration) throws IOException, InterruptedException {
        accounts.end(arrivalAccount(migration));
    }

    /** Drops the connections for reading. */
    public synchronized void disconnect() {
        for (NbdSource source : sources) {
            source.close();
        }
        sources.clear();
    }

    private static String account(MigrationId migration) {
        return "drover-" + migration;
    }

    private static String arrivalAccount(MigrationId migration) {
        return "drover-arrival-" + migration;
    }
}
