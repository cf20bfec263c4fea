package io.drover.worker.hypervisor.qemu.block;

import io.drover.messages.DiskDefinition;
import io.drover.worker.hypervisor.qemu.process.QemuCommandLine;
import io.drover.worker.hypervisor.qemu.process.QemuMonitor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/**
 * What lies between a VM's devices and its images at this moment, as QEMU tells it (qapi/block-core.json and
 * qapi/job.json of 7.2).
 *
 * @param roots of each block device, by the device's id, what is plugged into it ({@code BlockDeviceInfo}); missing where
 *     nothing is
 * @param nodes every block node, by its name ({@code BlockDeviceInfo})
 * @param jobs every job ({@code JobInfo})
 */
public record BlockGraph(Map<String, JsonNode> roots, Map<String, JsonNode> nodes, List<JsonNode> jobs) {
    public static BlockGraph read(QemuMonitor monitor) throws IOException, InterruptedException {
        Map<String, JsonNode> roots = new TreeMap<>();
        for (JsonNode block : monitor.query("query-block")) {
            JsonNode inserted = block.path("inserted");
            if (!inserted.isMissingNode()) {
                roots.put(deviceId(block), inserted);
            }
        }
        Map<String, JsonNode> nodes = nodes(monitor);
        List<JsonNode> jobs = new ArrayList<>();
        monitor.query("query-jobs").forEach(jobs::add);
        return new BlockGraph(roots, nodes, jobs);
    }

    /** The nodes alone. */
    static Map<String, JsonNode> nodes(QemuMonitor monitor) throws IOException, InterruptedException {
        Map<String, JsonNode> nodes = new TreeMap<>();
        for (JsonNode node : monitor.execute("query-named-block-nodes", Map.of("flat", true))) {
            nodes.put(node.path("node-name").asString(""), node);
        }
        return nodes;
    }

    /** The own node of a disk. */
    static JsonNode node(QemuMonitor monitor, DiskDefinition disk) throws IOException, InterruptedException {
        JsonNode node = nodes(monitor).get(QemuCommandLine.node(disk));
        if (node == null) {
            throw new IOException("VM " + monitor.vm() + " has no disk " + disk.id());
        }
        return node;
    }

    /** QEMU names a device by its id, a virtio one by the path of its inner device. */
    private static String deviceId(JsonNode block) {
        String device = block.path("qdev").asString(block.path("device").asString(""));
        String path = PluggedParts.PERIPHERAL + "/";
        return device.startsWith(path) ? device.substring(path.length()).replaceFirst("/.*", "") : device;
    }
}
