package io.drover.worker.hypervisor.qemu;

import io.drover.messages.DiskDefinition;
import io.drover.messages.DiskId;
import io.drover.messages.VmDefinition;
import io.drover.messages.VmId;
import io.drover.worker.hypervisor.MemoryTransfer;
import io.drover.worker.hypervisor.VmGoneException;
import io.drover.worker.hypervisor.VmInstance;
import io.drover.worker.hypervisor.VmStatus;
import io.drover.worker.hypervisor.VmUsage;
import io.drover.worker.hypervisor.VmUsage.DiskUsage;
import io.drover.worker.hypervisor.qemu.block.MirrorServer;
import io.drover.worker.hypervisor.qemu.block.QemuDisks;
import io.drover.worker.hypervisor.qemu.block.QemuExports;
import io.drover.worker.hypervisor.qemu.memory.DirtyPages;
import io.drover.worker.hypervisor.qemu.memory.QemuMemory;
import io.drover.worker.hypervisor.qemu.process.QemuCommandLine;
import io.drover.worker.hypervisor.qemu.process.QemuConfig;
import io.drover.worker.hypervisor.qemu.process.QemuMonitor;
import io.drover.worker.hypervisor.qemu.process.QemuProcess;
import io.drover.worker.hypervisor.qemu.process.QemuRunState;
import io.drover.worker.hypervisor.qemu.process.QemuTls;
import io.drover.worker.hypervisor.qemu.process.SharedMonitor;
import io.drover.worker.hypervisor.qemu.process.VmFolder;
import io.drover.worker.qmp.QmpException;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/** A QEMU process as a VM. Keeps no state of its own that a new worker would miss: QEMU is asked. */
class QemuVm implements VmInstance {
    /** From SIGKILL to the end of the process, which has its memory to give back. */
    private static final Duration KILL_LIMIT = Duration.ofSeconds(30);

    /** {@code AnnounceParameters} (qapi/net.json of 7.2), milliseconds: eight, the last of them 4.5 s after the first. */
    private static final Map<String, Integer> ANNOUNCEMENTS =
            Map.of("initial", 100, "max", 1000, "rounds", 8, "step", 200);

    private static final Logger LOG = LoggerFactory.getLogger(QemuVm.class);

    final VmDefinition definition;
    final VmFolder folder;
    final QemuMonitor monitor;
    final QemuMemory memory;
    final MirrorServer mirrorServer;
    final QemuDisks disks;
    private final SharedMonitor shared;
    private final Duration quitLimit;
    private final DirtyPages dirtyPages;

    QemuVm(VmDefinition definition, VmFolder folder, SharedMonitor shared, QemuConfig config) {
        this.definition = definition;
        this.folder = folder;
        this.shared = shared;
        this.monitor = shared.monitor();
        this.quitLimit = config.limits().quit();
        var exports = new QemuExports(monitor, folder, definition.disks());
        this.memory = new QemuMemory(monitor, folder.memorySocket());
        this.mirrorServer = new MirrorServer(exports, folder, config.encryption(), new QemuTls(monitor, "mirror-in"));
        this.dirtyPages = new DirtyPages(monitor);
        this.disks = new QemuDisks(monitor, exports, folder, definition.disks(), config);
    }

    /** That the process behind the monitor is this VM, and answers. */
    void verify() throws IOException, InterruptedException {
        String uuid = monitor.query("query-uuid").path("UUID").asString("");
        if (!uuid.equals(vm().toString())) {
            throw new IOException("the monitor in " + folder.path() + " belongs to VM " + uuid);
        }
    }

    @Override
    public VmId vm() {
        return definition.id();
    }

    @Override
    public VmStatus status() throws IOException, InterruptedException {
        String status = monitor.query("query-status").path("status").asString("");
        return QemuRunState.of(status)
                .orElseThrow(() -> new IOException("VM " + vm() + " is in the unknown state '" + status + "'"))
                .status();
    }

    @Override
    public String memorySocket() {
        return folder.memorySocket().toString();
    }

    @Override
    public MemoryTransfer memory() throws IOException, InterruptedException {
        return memory.transfer();
    }

    @Override
    public void resume() throws IOException, InterruptedException {
        VmStatus status = status();
        switch (status) {
            case RUNNING, SUSPENDED -> {}
            case PAUSED, POST_MIGRATE -> {
                // From here on nobody but the guest may write to its disks.
                mirrorServer.end();
                monitor.query("cont");
                monitor.deadline().until("the guest running", () -> status().ran());
                announce();
            }
            case INCOMING, FINISHING_MIGRATION, SHUT_DOWN, IO_ERROR, CRASHED ->
                throw new IllegalStateException("VM " + vm() + " is " + status + " and must not be resumed");
        }
    }

    /**
     * Has the switches learn anew where the cards of a guest are that runs here now: QEMU sends RARP frames (RFC 903) in the
     * cards' names, and asks the guest for its own, again and again within some seconds, for a first one may be lost. QEMU does so
     * by itself after an arrival, but within half a second of it, which may be over when the guest may run. That it fails is
     * nothing that a migration could fail by.
     */
    final void announce() throws InterruptedException {
        if (definition.networkCards().list().stream().allMatch(card -> card.network() == null)) {
            return;
        }
        try {
            monitor.execute("announce-self", ANNOUNCEMENTS);
        } catch (IOException e) {
            LOG.warn("VM {} is not announced in its networks, which find it by what it sends: {}", vm(), e.toString());
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
            if (!monitor.deadline().within(quitLimit).until(() -> !process.alive())) {
                process.kill();
                monitor.deadline()
                        .within(KILL_LIMIT)
                        .until("the end of killed process " + process.pid(), () -> !process.alive());
            }
        }
        folder.clear();
    }

    @Override
    public VmUsage usage() throws IOException, InterruptedException {
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
            return new VmUsage(process.cpuTime(), process.residentBytes(), dirtyPages.perSecond(), usage);
        } catch (IOException e) {
            throw process.alive() ? e : new VmGoneException(vm());
        }
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

    final DiskDefinition disk(DiskId id) {
        return definition.disks().stream()
                .filter(disk -> disk.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("VM " + vm() + " has no disk " + id));
    }

    @Override
    public void close() {
        disks.disconnect();
        shared.release();
    }
}
