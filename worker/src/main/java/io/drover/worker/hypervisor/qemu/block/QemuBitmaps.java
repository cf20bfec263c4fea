package io.drover.worker.hypervisor.qemu.block;

import io.drover.messages.DiskDefinition;
import io.drover.worker.hypervisor.qemu.process.QemuCommandLine;
import io.drover.worker.hypervisor.qemu.process.QemuMonitor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** Dirty bitmaps of one account, {@code <account>-<number>} on every disk (docs/interop/bitmaps.rst of QEMU 7.2). */
final class QemuBitmaps {
    /** QEMU's default of 64 KiB never converged under scattered writes. */
    private static final int GRANULARITY_BYTES = 4096;

    private final QemuMonitor monitor;
    private final String account;

    QemuBitmaps(QemuMonitor monitor, String account) {
        this.monitor = monitor;
        this.account = account;
    }

    QemuMonitor monitor() {
        return monitor;
    }

    String account() {
        return account;
    }

    /** The account's bitmaps of a disk, oldest first. */
    List<Bitmap> of(DiskDefinition disk) throws IOException, InterruptedException {
        List<Bitmap> bitmaps = new ArrayList<>();
        String prefix = account + "-";
        for (JsonNode entry : BlockGraph.node(monitor, disk).path("dirty-bitmaps")) {
            String name = entry.path("name").asString("");
            if (name.startsWith(prefix) && name.substring(prefix.length()).matches("\\d{1,9}")) {
                int number = Integer.parseInt(name.substring(prefix.length()));
                boolean recording = entry.path("recording").asBoolean(false);
                bitmaps.add(
                        new Bitmap(name, number, recording, entry.path("count").asLong(0)));
            }
        }
        bitmaps.sort(Comparator.comparingInt(Bitmap::number));
        return bitmaps;
    }

    long sizeBytes(DiskDefinition disk) throws IOException, InterruptedException {
        return BlockGraph.node(monitor, disk).path("image").path("virtual-size").asLong(0);
    }

    /** Begins the account of all disks at one instant. */
    void begin(List<DiskDefinition> disks) throws IOException, InterruptedException {
        transaction(disks.stream().map(disk -> add(disk, 0)).toList());
    }

    /** Ends what this bitmap counts and begins the next, at one instant. */
    void turn(DiskDefinition disk, Bitmap current) throws IOException, InterruptedException {
        transaction(List.of(
                add(disk, current.number() + 1), action("block-dirty-bitmap-disable", named(disk, current.name()))));
    }

    /** Counts what an ended bitmap holds in with the current one's. */
    void mergeBack(DiskDefinition disk, Bitmap ended, Bitmap current) throws IOException, InterruptedException {
        Map<String, Object> merge =
                Map.of("node", QemuCommandLine.node(disk), "target", current.name(), "bitmaps", List.of(ended.name()));
        transaction(List.of(
                action("block-dirty-bitmap-merge", merge),
                action("block-dirty-bitmap-remove", named(disk, ended.name()))));
    }

    void remove(DiskDefinition disk, String name) throws IOException, InterruptedException {
        monitor.execute("block-dirty-bitmap-remove", named(disk, name));
    }

    private Map<String, Object> add(DiskDefinition disk, int number) {
        return action(
                "block-dirty-bitmap-add",
                Map.of(
                        "node",
                        QemuCommandLine.node(disk),
                        "name",
                        account + "-" + number,
                        "granularity",
                        GRANULARITY_BYTES,
                        "persistent",
                        false));
    }

    private static Map<String, Object> named(DiskDefinition disk, String name) {
        return Map.of("node", QemuCommandLine.node(disk), "name", name);
    }

    private static Map<String, Object> action(String type, Map<String, Object> data) {
        return Map.of("type", type, "data", data);
    }

    private void transaction(List<Map<String, Object>> actions) throws IOException, InterruptedException {
        monitor.execute("transaction", Map.of("actions", actions));
    }

    /**
     * One bitmap.
     *
     * @param recording whether writes are still noted in it
     * @param dirtyBytes what it holds
     */
    record Bitmap(String name, int number, boolean recording, long dirtyBytes) {}
}
