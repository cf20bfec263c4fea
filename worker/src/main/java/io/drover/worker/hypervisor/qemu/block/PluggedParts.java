package io.drover.worker.hypervisor.qemu.block;

import io.drover.worker.hypervisor.qemu.process.QemuMonitor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/**
 * What a VM has beside its disks' nodes, as QEMU tells it (qapi/block-export.json and qapi/qom.json of 7.2).
 *
 * @param exports every block export ({@code BlockExportInfo})
 * @param iothreads names of those that this QEMU cannot export a disk from
 * @param devices type of each device that the command line or a monitor has added, by its id, or by its path where it has none
 */
public record PluggedParts(List<JsonNode> exports, List<String> iothreads, Map<String, String> devices) {
    static final String PERIPHERAL = "/machine/peripheral";
    private static final String CHILD = "child<";

    public static PluggedParts read(QemuMonitor monitor) throws IOException, InterruptedException {
        List<JsonNode> exports = new ArrayList<>();
        monitor.query("query-block-exports").forEach(exports::add);
        Map<String, String> devices = new TreeMap<>();
        addChildren(devices, monitor, PERIPHERAL, "");
        addChildren(devices, monitor, PERIPHERAL + "-anon", PERIPHERAL + "-anon/");
        return new PluggedParts(exports, ReadNodes.unfitIothreads(monitor), devices);
    }

    private static void addChildren(Map<String, String> devices, QemuMonitor monitor, String path, String prefix)
            throws IOException, InterruptedException {
        for (JsonNode property : monitor.execute("qom-list", Map.of("path", path))) {
            String type = property.path("type").asString("");
            if (type.startsWith(CHILD)) {
                devices.put(
                        prefix + property.path("name").asString(""), type.substring(CHILD.length(), type.length() - 1));
            }
        }
    }
}
