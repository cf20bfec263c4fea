package io.drover.worker.hypervisor.qemu.block;

import io.drover.messages.DiskDefinition;
import io.drover.worker.hypervisor.qemu.process.ImageAccess;
import io.drover.worker.hypervisor.qemu.process.QemuCommandLine;
import io.drover.worker.hypervisor.qemu.process.QemuMonitor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * The node by which a disk is exported for reading. That is the disk's own node, but where the VM has an iothread: QEMU
 * before 9.0 aborts when an NBD client leaves an export of a node that lives in an iothread ({@code
 * nbd_blockdev_client_closed} asserts the main thread), and the guest with it. There a raw image gets a second node, which
 * only reads and stays in the main thread. It sees every completed write of the guest, because it opens the image with the
 * same cache mode. Of another format a second node would hold metadata of its own, which the guest's writes make stale.
 */
final class ReadNodes {
    private static final int FIXED_IN = 9;

    private final QemuMonitor monitor;
    private final List<DiskDefinition> disks;

    ReadNodes(QemuMonitor monitor, List<DiskDefinition> disks) {
        this.monitor = monitor;
        this.disks = disks;
    }

    /** Name of the node that reads a disk's image, and below it that of the image's file. */
    static String node(int index) {
        return "read." + index;
    }

    static String fileNode(int index) {
        return "read-file." + index;
    }

    /** Names of the iothreads that this QEMU cannot export a disk from; disks may live in any of them. */
    static List<String> unfitIothreads(QemuMonitor monitor) throws IOException, InterruptedException {
        List<String> names = new ArrayList<>();
        monitor.query("query-iothreads")
                .forEach(iothread -> names.add(iothread.path("id").asString("")));
        boolean fit = names.isEmpty()
                || monitor.query("query-version").path("qemu").path("major").asInt(0) >= FIXED_IN;
        return fit ? List.of() : names;
    }

    /** The node to export; made where it is not there yet. */
    String of(DiskDefinition disk) throws IOException, InterruptedException {
        if (unfitIothreads(monitor).isEmpty()) {
            return QemuCommandLine.node(disk);
        }
        int index = disks.indexOf(disk);
        Set<String> present = BlockGraph.nodes(monitor).keySet();
        if (!present.contains(node(index))) {
            add(index, disk, present);
        }
        return node(index);
    }

    private void add(int index, DiskDefinition disk, Set<String> present) throws IOException, InterruptedException {
        JsonNode guests = BlockGraph.node(monitor, disk);
        String image = guests.path("file").asString("");
        if (!guests.path("drv").asString("").equals("raw") || !image.startsWith("/")) {
            throw new IOException("disk " + disk.id() + " of VM " + monitor.vm()
                    + " is in an iothread and not a raw image: QEMU before " + FIXED_IN + ".0 cannot export it");
        }
        var cache = QemuCommandLine.cache(guests.path("cache").path("direct").asBoolean(false));
        if (!present.contains(fileNode(index))) {
            monitor.execute(
                    "blockdev-add",
                    Map.of(
                            "driver",
                            ImageAccess.isDevice(Path.of(image)) ? "host_device" : "file",
                            "node-name",
                            fileNode(index),
                            "filename",
                            image,
                            "aio",
                            "threads",
                            "cache",
                            cache,
                            "read-only",
                            true,
                            // The guest's own node holds the image's lock for writing.
                            "locking",
                            "off"));
        }
        monitor.execute(
                "blockdev-add",
                Map.of(
                        "driver",
                        "raw",
                        "node-name",
                        node(index),
                        "file",
                        fileNode(index),
                        "cache",
                        cache,
                        "read-only",
                        true));
    }

    /**
     * Removes the nodes that nothing exports any more.
     *
     * @param exported names of the nodes that are exported
     */
    void removeUnused(Set<String> exported) throws IOException, InterruptedException {
        Set<String> present = BlockGraph.nodes(monitor).keySet();
        for (int i = 0; i < disks.size(); i++) {
            if (exported.contains(node(i))) {
                continue;
            }
            // The upper one first: it uses the other.
            for (String name : List.of(node(i), fileNode(i))) {
                if (present.contains(name)) {
                    monitor.execute("blockdev-del", Map.of("node-name", name));
                }
            }
        }
    }
}
