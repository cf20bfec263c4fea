package io.drover.worker.hypervisor.qemu;

import io.drover.messages.DiskDefinition;
import io.drover.messages.DiskId;
import io.drover.messages.MigrationId;
import io.drover.worker.hypervisor.Machine.SourceDisk;
import io.drover.worker.hypervisor.qemu.QemuMirror.Names;
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

/** What a migration does to a machine's disks: accounts, exports and mirrors, all named after it. */
final class QemuDisks {
    private final QemuMonitor monitor;
    private final QemuExports exports;
    private final MirrorLink mirrorLink;
    private final long mirrorWindowBytes;
    private final MachineFolder folder;
    private final List<DiskDefinition> disks;
    private final QemuAccounts accounts;
    private final List<NbdSource> sources = new ArrayList<>();

    QemuDisks(
            QemuMonitor monitor,
            QemuExports exports,
            MachineFolder folder,
            List<DiskDefinition> disks,
            QemuConfig config) {
        this.mirrorLink = new MirrorLink(monitor, config.security());
        this.mirrorWindowBytes = config.mirrorWindowBytes();
        this.monitor = monitor;
        this.exports = exports;
        this.folder = folder;
        this.disks = disks;
        this.accounts = new QemuAccounts(monitor, exports, disks);
    }

    synchronized Map<DiskId, SourceDisk> open(MigrationId migration) throws IOException, InterruptedException {
        String account = account(migration);
        accounts.begin(account);
        Map<DiskId, BitmapChanges> changes = accounts.open(account);
        Map<DiskId, SourceDisk> opened = new TreeMap<>();
        var bitmaps = new QemuBitmaps(monitor, account);
        for (DiskDefinition disk : disks) {
            String export = account + "-" + disk.id();
            boolean overBase = disk.base() != null;
            if (overBase) {
                exports.addLayered(export, QemuCommandLine.node(disk));
            } else {
                exports.addReadable(export, QemuCommandLine.node(disk), List.of());
            }
            var source = new NbdSource(monitor, exports.address(), export, bitmaps.sizeBytes(disk), overBase);
            sources.add(source);
            opened.put(disk.id(), new SourceDisk(source, require(changes, disk.id())));
        }
        return opened;
    }

    private static BitmapChanges require(Map<DiskId, BitmapChanges> changes, DiskId disk) {
        BitmapChanges found = changes.get(disk);
        if (found == null) {
            throw new IllegalStateException("disk " + disk + " has no account");
        }
        return found;
    }

    synchronized void close(MigrationId migration) throws IOException, InterruptedException {
        disconnect();
        for (int i = 0; i < disks.size(); i++) {
            QemuMirror.end(monitor, new Names(migration, i));
            QemuMirror.end(monitor, Names.ofGateway(migration, i));
        }
        mirrorLink.end();
        accounts.end(account(migration));
    }

    NativeMirror mirror(MigrationId migration, DiskDefinition disk, MirrorTarget target, long bytesPerSecondMax) {
        var names = new Names(migration, disks.indexOf(disk));
        return new QemuMirror(monitor, names, QemuCommandLine.node(disk), mirrorLink.to(target), bytesPerSecondMax);
    }

    WriteMirror writeMirror(MigrationId migration, DiskDefinition disk, MirroredTarget target) {
        int index = disks.indexOf(disk);
        return new GatewayMirror(monitor, folder, Names.ofGateway(migration, index), disk, target, mirrorWindowBytes);
    }

    void beginArrival(MigrationId migration) throws IOException, InterruptedException {
        accounts.begin(arrivalAccount(migration));
    }

    Map<DiskId, DiskChanges> arrival(MigrationId migration) throws IOException, InterruptedException {
        return new TreeMap<>(accounts.open(arrivalAccount(migration)));
    }

    /** A disk as the machine itself sees it; exported as long as {@link #beginArrival}'s account lasts. */
    synchronized BlockSource arrivalContent(MigrationId migration, DiskDefinition disk)
            throws IOException, InterruptedException {
        String export = arrivalAccount(migration) + "-content-" + disk.id();
        exports.addReadable(export, QemuCommandLine.node(disk), List.of());
        long size = new QemuBitmaps(monitor, "").sizeBytes(disk);
        var source = new NbdSource(monitor, exports.address(), export, size, false);
        sources.add(source);
        return source;
    }

    void endArrival(MigrationId migration) throws IOException, InterruptedException {
        accounts.end(arrivalAccount(migration));
    }

    /** Drops the connections for reading. */
    synchronized void disconnect() {
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
