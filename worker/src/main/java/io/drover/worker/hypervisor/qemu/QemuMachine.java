package io.drover.worker.hypervisor.qemu;

import io.drover.messages.DiskDefinition;
import io.drover.messages.DiskId;
import io.drover.messages.HostId;
import io.drover.messages.MigrationId;
import io.drover.messages.VmDefinition;
import io.drover.messages.VmId;
import io.drover.worker.hypervisor.GuestIo;
import io.drover.worker.hypervisor.Machine;
import io.drover.worker.hypervisor.MachineGoneException;
import io.drover.worker.hypervisor.MachineStatus;
import io.drover.worker.hypervisor.MachineUsage;
import io.drover.worker.hypervisor.MachineUsage.DiskUsage;
import io.drover.worker.hypervisor.MemoryTransfer;
import io.drover.worker.hypervisor.qemu.block.BlockGraph;
import io.drover.worker.hypervisor.qemu.block.ForeignParts;
import io.drover.worker.hypervisor.qemu.block.MirrorServer;
import io.drover.worker.hypervisor.qemu.block.MirrorTarget;
import io.drover.worker.hypervisor.qemu.block.OnDemandDisk;
import io.drover.worker.hypervisor.qemu.block.PluggedParts;
import io.drover.worker.hypervisor.qemu.block.QemuDisks;
import io.drover.worker.hypervisor.qemu.block.QemuExports;
import io.drover.worker.hypervisor.qemu.memory.DirtyPages;
import io.drover.worker.hypervisor.qemu.memory.QemuMemory;
import io.drover.worker.hypervisor.qemu.process.MachineFolder;
import io.drover.worker.hypervisor.qemu.process.QemuCommandLine;
import io.drover.worker.hypervisor.qemu.process.QemuConfig;
import io.drover.worker.hypervisor.qemu.process.QemuMonitor;
import io.drover.worker.hypervisor.qemu.process.QemuProcess;
import io.drover.worker.hypervisor.qemu.process.QemuRunState;
import io.drover.worker.hypervisor.qemu.process.QemuTls;
import io.drover.worker.hypervisor.qemu.process.SharedMonitor;
import io.drover.worker.qmp.QmpException;
import io.drover.worker.replication.BlockSource;
import io.drover.worker.replication.DiskChanges;
import io.drover.worker.replication.NativeMirror;
import io.drover.worker.replication.WriteMirror;
import io.drover.worker.replication.mirror.MirroredTarget;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/** A QEMU process as a machine. Keeps no state of its own that a new worker would miss: QEMU is asked. */
public final class QemuMachine implements Machine {
    /** From SIGKILL to the end of the process, which has its memory to give back. */
    private static final Duration KILL_LIMIT = Duration.ofSeconds(30);

    private final VmDefinition definition;
    private final MachineFolder folder;
    private final SharedMonitor shared;
    private final QemuMonitor monitor;
    private final Duration quitLimit;
    private final QemuMemory memory;
    private final MirrorServer mirrorServer;
    private final QemuDisks disks;
    private final DirtyPages dirtyPages;
    private final Path imagesFolder;

    QemuMachine(VmDefinition definition, MachineFolder folder, SharedMonitor shared, QemuConfig config) {
        this.definition = definition;
        this.folder = folder;
        this.shared = shared;
        this.monitor = shared.monitor();
        this.quitLimit = config.limits().quit();
        var exports = new QemuExports(monitor, folder);
        this.memory = new QemuMemory(monitor, folder.memorySocket());
        this.mirrorServer = new MirrorServer(exports, folder, config.security(), new QemuTls(monitor, "mirror-in"));
        this.dirtyPages = new DirtyPages(monitor);
        this.imagesFolder = config.imagesFolder();
        this.disks = new QemuDisks(monitor, exports, folder, definition.disks(), config);
    }

    /** Before {@link #acceptMemory} of a machine that was started incoming. */
    void prepareIncoming() throws IOException, InterruptedException {
        memory.prepareIncoming();
    }

    /** That the process behind the monitor is this machine, and answers. */
    void verify() throws IOException, InterruptedException {
        String uuid = monitor.query("query-uuid").path("UUID").asString("");
        if (!uuid.equals(vm().toString())) {
            throw new IOException("the monitor in " + folder.path() + " belongs to machine " + uuid);
        }
    }

    @Override
    public VmId vm() {
        return definition.id();
    }

    @Override
    public MachineStatus status() throws IOException, InterruptedException {
        String status = monitor.query("query-status").path("status").asString("");
        return QemuRunState.of(status)
                .orElseThrow(() -> new IOException("machine " + vm() + " is in the unknown state '" + status + "'"))
                .status();
    }

    @Override
    public void acceptMemory() throws IOException, InterruptedException {
        memory.accept();
    }

    @Override
    public String memorySocket() {
        return folder.memorySocket().toString();
    }

    @Override
    public String acceptMirror(DiskId disk, String address, HostId source) throws IOException, InterruptedException {
        return mirrorServer.accept(disk(disk), address, source);
    }

    @Override
    public String onDemandSocket(DiskId disk) {
        return folder.pullSocket(index(disk)).toString();
    }

    @Override
    public void readOnDemand(DiskId disk) throws IOException, InterruptedException {
        onDemand(disk).attach();
    }

    @Override
    public void readFromImage(DiskId disk) throws IOException, InterruptedException {
        onDemand(disk).detach();
    }

    private OnDemandDisk onDemand(DiskId disk) {
        return new OnDemandDisk(monitor, disk(disk), index(disk), folder.pullSocket(index(disk)));
    }

    private int index(DiskId disk) {
        return definition.disks().indexOf(disk(disk));
    }

    @Override
    public boolean resumeAfterDiskError() throws IOException, InterruptedException {
        boolean stopped =
                monitor.query("query-status").path("status").asString("").equals("io-error");
        if (stopped) {
            monitor.query("cont");
        }
        return stopped;
    }

    @Override
    public void trackArrivalWrites(MigrationId migration) throws IOException, InterruptedException {
        disks.beginArrival(migration);
    }

    @Override
    public Map<DiskId, DiskChanges> arrivalWrites(MigrationId migration) throws IOException, InterruptedException {
        return disks.arrival(migration);
    }

    @Override
    public BlockSource arrivalContent(MigrationId migration, DiskId disk) throws IOException, InterruptedException {
        return disks.arrivalContent(migration, disk(disk));
    }

    @Override
    public void forgetArrivalWrites(MigrationId migration) throws IOException, InterruptedException {
        disks.endArrival(migration);
    }

    @Override
    public Map<DiskId, SourceDisk> openDisks(MigrationId migration) throws IOException, InterruptedException {
        return disks.open(migration);
    }

    @Override
    public void closeDisks(MigrationId migration) throws IOException, InterruptedException {
        disks.close(migration);
    }

    @Override
    public NativeMirror nativeMirror(MigrationId migration, DiskId disk, String target, long bytesPerSecondMax) {
        return disks.mirror(migration, disk(disk), MirrorTarget.parse(target), bytesPerSecondMax);
    }

    @Override
    public WriteMirror writeMirror(MigrationId migration, DiskId disk, MirroredTarget target) {
        return disks.writeMirror(migration, disk(disk), target);
    }

    @Override
    public List<String> foreignParts(MigrationId migration, Parts parts) throws IOException, InterruptedException {
        var judge = new ForeignParts(definition, migration, imagesFolder);
        return switch (parts) {
            case ALL -> judge.of(BlockGraph.read(monitor), PluggedParts.read(monitor));
            case DISKS -> judge.of(BlockGraph.read(monitor));
        };
    }

    @Override
    public void sendMemory(MemoryLimits limits) throws IOException, InterruptedException {
        memory.send(limits, status() == MachineStatus.POST_MIGRATE);
    }

    @Override
    public void limitMemory(MemoryLimits limits) throws IOException, InterruptedException {
        memory.limit(limits);
    }

    @Override
    public MemoryTransfer memory() throws IOException, InterruptedException {
        return memory.transfer();
    }

    @Override
    public void continueSwitchover() throws IOException, InterruptedException {
        memory.continueSwitchover();
    }

    @Override
    public void cancelMemory() throws IOException, InterruptedException {
        memory.cancel();
        monitor.deadline().await("the guest's restart", () -> status() != MachineStatus.FINISHING_MIGRATION);
    }

    @Override
    public void resume() throws IOException, InterruptedException {
        MachineStatus status = status();
        switch (status) {
            case RUNNING, SUSPENDED -> {}
            case PAUSED, POST_MIGRATE -> {
                // From here on nobody but the guest may write to its disks.
                mirrorServer.end();
                monitor.query("cont");
                monitor.deadline().await("the guest running", () -> status().ran());
            }
            case INCOMING, FINISHING_MIGRATION, SHUT_DOWN, IO_ERROR, CRASHED ->
                throw new IllegalStateException("machine " + vm() + " is " + status + " and must not be resumed");
        }
    }

    @Override
    public void powerDown() throws IOException, InterruptedException {
        monitor.query("system_powerdown");
    }

    @Override
    public void quit() throws IOException, InterruptedException {
        QemuProcess process = monitor.process();
        if (process.alive()) {
            try {
                monitor.query("quit");
            } catch (QmpException e) {
                throw e;
            } catch (IOException e) {
                // It may have ended before it answered, or hang: either way its end is looked at below.
                monitor.close();
            }
            if (!monitor.deadline().within(quitLimit).reached(() -> !process.alive())) {
                process.kill();
                monitor.deadline()
                        .within(KILL_LIMIT)
                        .await("the end of killed process " + process.pid(), () -> !process.alive());
            }
        }
        folder.clear();
    }

    @Override
    public MachineUsage usage() throws IOException, InterruptedException {
        Map<String, DiskUsage> byDevice = new HashMap<>();
        for (JsonNode entry : monitor.query("query-blockstats")) {
            JsonNode stats = entry.path("stats");
            byDevice.put(
                    entry.path("qdev").asString(""),
                    new DiskUsage(
                            stats.path("rd_bytes").asLong(0),
                            stats.path("wr_bytes").asLong(0)));
        }
        Map<DiskId, DiskUsage> usage = new TreeMap<>();
        for (DiskDefinition disk : definition.disks()) {
            usage.put(disk.id(), usage(byDevice, QemuCommandLine.device(disk)));
        }
        QemuProcess process = monitor.process();
        try {
            return new MachineUsage(process.cpuTime(), process.residentBytes(), dirtyPages.perSecond(), usage);
        } catch (IOException e) {
            throw process.alive() ? e : new MachineGoneException(vm());
        }
    }

    @Override
    public GuestIo guestIo() throws IOException, InterruptedException {
        long operations = 0;
        long nanoseconds = 0;
        for (JsonNode entry : monitor.query("query-blockstats")) {
            JsonNode stats = entry.path("stats");
            for (String kind : List.of("rd", "wr")) {
                operations += stats.path(kind + "_operations").asLong(0);
                nanoseconds += stats.path(kind + "_total_time_ns").asLong(0);
            }
        }
        return new GuestIo(operations, nanoseconds);
    }

    /** QEMU names a device by its id, a virtio one by the path of its inner device. */
    private static DiskUsage usage(Map<String, DiskUsage> byDevice, String device) throws IOException {
        for (String name : List.of(device, "/machine/peripheral/" + device + "/virtio-backend")) {
            DiskUsage usage = byDevice.get(name);
            if (usage != null) {
                return usage;
            }
        }
        throw new IOException("QEMU tells no counters of " + device + ", only of " + byDevice.keySet());
    }

    private DiskDefinition disk(DiskId id) {
        return definition.disks().stream()
                .filter(disk -> disk.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("machine " + vm() + " has no disk " + id));
    }

    @Override
    public void close() {
        disks.disconnect();
        shared.release();
    }
}
