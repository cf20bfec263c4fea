package io.drover.worker.hypervisor.qemu.block;

import io.drover.messages.DiskDefinition;
import io.drover.worker.hypervisor.qemu.process.QemuCommandLine;
import io.drover.worker.hypervisor.qemu.process.QemuMonitor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A disk whose raw node is moved between its file and an NBD server of the worker's ({@code blockdev-reopen}, QEMU 7.2).
 * QEMU is asked for the truth each time.
 */
public final class OnDemandDisk {
    /**
     * For so long a request waits for a server that went away; then the guest is stopped, by {@code werror} and {@code
     * rerror}. Longer would hang the monitor too: whatever drains the disk waits for the request.
     */
    private static final int RECONNECT_SECONDS = 4;

    private final QemuMonitor monitor;
    private final DiskDefinition disk;
    private final String file;
    private final String remote;
    private final Path socket;

    /** @param index of the disk in its VM's definition */
    public OnDemandDisk(QemuMonitor monitor, DiskDefinition disk, int index, Path socket) {
        this.monitor = monitor;
        this.disk = disk;
        this.file = QemuCommandLine.fileNode(index);
        this.remote = "pull." + index;
        this.socket = socket;
    }

    public void attach() throws IOException, InterruptedException {
        if (!exists()) {
            monitor.execute("blockdev-add", nbd());
        }
        reopen(remote);
    }

    public void detach() throws IOException, InterruptedException {
        if (exists()) {
            reopen(file);
            monitor.execute("blockdev-del", Map.of("node-name", remote));
        }
    }

    private boolean exists() throws IOException, InterruptedException {
        return BlockGraph.nodes(monitor).containsKey(remote);
    }

    private Map<String, Object> nbd() throws IOException, InterruptedException {
        Map<String, Object> node = new LinkedHashMap<>();
        node.put("driver", "nbd");
        node.put("node-name", remote);
        node.put("server", Map.of("type", "unix", "path", socket.toString()));
        node.put("export", disk.id().value());
        node.put("reconnect-delay", RECONNECT_SECONDS);
        node.put("discard", "unmap");
        node.put("cache", QemuCommandLine.cache(direct()));
        return node;
    }

    /** What is not said again goes back to QEMU's defaults. */
    private void reopen(String child) throws IOException, InterruptedException {
        Map<String, Object> raw = QemuCommandLine.rawNode(disk, child, direct());
        monitor.execute("blockdev-reopen", Map.of("options", List.of(raw)));
    }

    private boolean direct() throws IOException, InterruptedException {
        return BlockGraph.node(monitor, disk).path("cache").path("direct").asBoolean(false);
    }
}
