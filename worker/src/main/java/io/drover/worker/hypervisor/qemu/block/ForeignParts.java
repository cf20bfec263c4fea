package io.drover.worker.hypervisor.qemu.block;

import io.drover.messages.DiskDefinition;
import io.drover.messages.DiskRole;
import io.drover.messages.ImageFormat;
import io.drover.messages.MigrationId;
import io.drover.messages.VmDefinition;
import io.drover.worker.hypervisor.qemu.process.QemuCommandLine;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/**
 * Judges what somebody beside Drover has changed in a VM since it was started. A move copies the disks' own nodes and
 * starts the same command line at the destination: whatever else stands in the VM is lost by it, and what stands above a
 * disk's node takes what the guest has written with it.
 */
public final class ForeignParts {
    /** Begins the names of Drover's accounts, exports and jobs. */
    private static final String OWN = "drover-";

    private static final List<String> LIMITS = List.of("bps", "bps_rd", "bps_wr", "iops", "iops_rd", "iops_wr");
    private static final int SHOWN_MAX = 200;

    private final VmDefinition definition;
    private final MigrationId migration;
    private final Path imagesFolder;

    /** @param migration whose own mirrors are no foreign parts */
    public ForeignParts(VmDefinition definition, MigrationId migration, Path imagesFolder) {
        this.definition = definition;
        this.migration = migration;
        this.imagesFolder = imagesFolder;
    }

    /** A sentence for each part that is not Drover's, naming it and what to do; empty when there is none. */
    public List<String> of(BlockGraph graph, PluggedParts plugged) {
        List<String> found = new ArrayList<>(of(graph));
        checkExports(plugged, found);
        checkIothreads(plugged, found);
        checkDevices(plugged, found);
        return List.copyOf(found);
    }

    /** The same of the disks alone. */
    public List<String> of(BlockGraph graph) {
        List<String> found = new ArrayList<>();
        for (int i = 0; i < definition.disks().size(); i++) {
            checkDisk(graph, i, found);
        }
        checkNodes(graph, found);
        checkJobs(graph, found);
        return List.copyOf(found);
    }

    private void checkDisk(BlockGraph graph, int index, List<String> found) {
        DiskDefinition disk = definition.disks().get(index);
        String own = QemuCommandLine.node(disk);
        JsonNode root = graph.roots().get(QemuCommandLine.device(disk));
        if (root == null) {
            found.add("disk " + disk.id() + ": its device is gone or empty: stop the VM and start it again");
            return;
        }
        if (!own.equals(name(root)) && !filters(index).contains(name(root))) {
            found.add("disk " + disk.id() + ": node " + described(root)
                    + " lies above it, and the guest's writes with it:"
                    + " commit it into the disk's own image and remove it");
        }
        if (LIMITS.stream().anyMatch(limit -> root.path(limit).asLong(0) != 0)) {
            found.add("disk " + disk.id() + ": its device has an I/O limit, which a move would not keep: remove it"
                    + " (block_set_io_throttle)");
        }
        checkFile(graph, index, found);
        checkBitmaps(graph, disk, found);
    }

    /** What the disk's node really reads. Of a raw node QEMU tells the file's name only where nothing else lies between. */
    private void checkFile(BlockGraph graph, int index, List<String> found) {
        DiskDefinition disk = definition.disks().get(index);
        String image = imagesFolder.resolve(disk.image()).toString();
        var read = new ArrayList<>(List.of(QemuCommandLine.fileNode(index)));
        if (disk.base() == null && disk.format() == null) {
            read.add(QemuCommandLine.node(disk));
        }
        for (String name : read) {
            JsonNode node = graph.nodes().get(name);
            String file = node == null ? "" : node.path("file").asString("");
            if (!file.equals(image)) {
                found.add("disk " + disk.id() + ": node " + name + " reads "
                        + (file.isEmpty() ? "nothing" : shortened(file)) + " and not " + image
                        + ": stop the VM and start it again");
                return;
            }
        }
    }

    private static void checkBitmaps(BlockGraph graph, DiskDefinition disk, List<String> found) {
        JsonNode node = graph.nodes().get(QemuCommandLine.node(disk));
        if (node == null) {
            return;
        }
        for (JsonNode bitmap : node.path("dirty-bitmaps")) {
            String bitmapName = bitmap.path("name").asString("");
            // One without a name is a job's own, and jobs are judged by themselves.
            if (!bitmapName.isEmpty() && !bitmapName.startsWith(OWN)) {
                found.add("disk " + disk.id() + ": bitmap " + shortened(bitmapName)
                        + " is somebody's, and a move would not keep it: remove it (block-dirty-bitmap-remove)");
            }
        }
    }

    private void checkNodes(BlockGraph graph, List<String> found) {
        Map<String, String> own = ownNodes();
        for (Map.Entry<String, JsonNode> entry : graph.nodes().entrySet()) {
            JsonNode node = entry.getValue();
            String driver = own.get(entry.getKey());
            if (driver == null
                    || !List.of(driver.split("\\|", -1))
                            .contains(node.path("drv").asString(""))) {
                found.add("block node " + described(node)
                        + " is not one that Drover has made, and a move would not keep it:"
                        + " remove it (blockdev-del)");
            }
        }
    }

    /** Driver of each node that Drover makes. */
    private Map<String, String> ownNodes() {
        Map<String, String> own = new HashMap<>();
        for (int i = 0; i < definition.disks().size(); i++) {
            DiskDefinition disk = definition.disks().get(i);
            own.put(QemuCommandLine.node(disk), disk.imageFormat().name().toLowerCase(Locale.ROOT));
            own.put(QemuCommandLine.fileNode(i), "file|host_device");
            own.put(ReadNodes.node(i), "raw");
            own.put(ReadNodes.fileNode(i), "file|host_device");
            var base = disk.base();
            if (base != null) {
                own.put(QemuCommandLine.baseNode(i), base.imageFormat().name().toLowerCase(Locale.ROOT));
                own.put(QemuCommandLine.baseFileNode(i), "file");
            }
            for (BlockdevMirrorJob.Names names : mirrors(i)) {
                own.put(names.node(), "nbd");
                own.put(names.filter(), "mirror_top");
            }
        }
        return own;
    }

    private List<BlockdevMirrorJob.Names> mirrors(int index) {
        return List.of(
                new BlockdevMirrorJob.Names(migration, index), BlockdevMirrorJob.Names.ofGateway(migration, index));
    }

    private Set<String> filters(int index) {
        var filters = new HashSet<String>();
        mirrors(index).forEach(names -> filters.add(names.filter()));
        return filters;
    }

    /** One that is over and was not dismissed does nothing more. */
    private void checkJobs(BlockGraph graph, List<String> found) {
        for (JsonNode job : graph.jobs()) {
            String id = job.path("id").asString("");
            boolean own = id.startsWith(OWN + migration + "-");
            if (!own && !BlockdevMirrorJob.concluded(job)) {
                found.add("job " + id + " (" + job.path("type").asString("") + ") is "
                        + job.path("status").asString("") + " and not Drover's: let it end or cancel it (job-cancel)");
            }
        }
    }

    /** Drover exports for reading at a source; what it takes mirrors in by is gone before the guest runs. */
    private static void checkExports(PluggedParts plugged, List<String> found) {
        for (JsonNode export : plugged.exports()) {
            String id = export.path("id").asString("");
            String node = export.path("node-name").asString("");
            if (!id.startsWith(OWN)) {
                found.add("export " + id + " of node " + node + " is not Drover's, and a move would end it: remove it"
                        + " (block-export-del)");
            } else if (id.startsWith(MirrorServer.PREFIX)) {
                found.add("export " + id + " of node " + node + " can be written to beside the guest: remove it"
                        + " (block-export-del)");
            }
        }
    }

    private void checkIothreads(PluggedParts plugged, List<String> found) {
        for (DiskDefinition disk : definition.disks()) {
            if (!plugged.iothreads().isEmpty() && disk.imageFormat() != ImageFormat.RAW) {
                found.add("disk " + disk.id() + ": the VM has iothread "
                        + plugged.iothreads().getFirst()
                        + ", and this QEMU would end when an export of an image that is not raw is left: stop the VM and"
                        + " move it then, or take the iothread from it");
            }
        }
    }

    private void checkDevices(PluggedParts plugged, List<String> found) {
        Set<String> own = ownDevices();
        plugged.devices().forEach((id, type) -> {
            if (!own.contains(id)) {
                found.add("device " + id + " (" + type + ") is not in the VM's definition, and the destination would"
                        + " have none: unplug it (device_del)");
            }
        });
        for (String id : own) {
            if (!plugged.devices().containsKey(id)) {
                found.add("device " + id
                        + " of the VM's definition was unplugged, and the destination would have it:"
                        + " stop the VM and start it again");
            }
        }
    }

    private Set<String> ownDevices() {
        var own = new TreeSet<String>();
        definition.disks().forEach(disk -> own.add(QemuCommandLine.device(disk)));
        if (definition.disks().stream().anyMatch(disk -> disk.role() == DiskRole.SWAP)) {
            own.add(QemuCommandLine.SCSI_CONTROLLER);
        }
        for (int card = 0; card < definition.networkCards().list().size(); card++) {
            own.add(QemuCommandLine.card(card));
        }
        return own;
    }

    private static String name(JsonNode node) {
        return node.path("node-name").asString("");
    }

    private static String described(JsonNode node) {
        String file = node.path("file").asString("");
        String backing = node.path("backing_file").asString("");
        return name(node) + " (" + node.path("drv").asString("")
                + (file.isEmpty() || file.startsWith("json:") ? "" : " in " + shortened(file))
                + (backing.isEmpty() || backing.startsWith("json:") ? "" : " over " + shortened(backing)) + ")";
    }

    /** Names of files and bitmaps are whatever somebody chose. */
    private static String shortened(String text) {
        String shown = text.replaceAll("\\p{Cntrl}", "?");
        return shown.length() <= SHOWN_MAX ? shown : shown.substring(0, SHOWN_MAX) + "...";
    }
}
