package io.drover.worker.hypervisor.qemu.block;

import io.drover.messages.DiskDefinition;
import io.drover.messages.text.FileProblem;
import io.drover.worker.hypervisor.qemu.process.QemuCommandLine;
import io.drover.worker.hypervisor.qemu.process.QemuMonitor;
import io.drover.worker.hypervisor.qemu.process.VmFolder;
import io.drover.worker.qmp.QmpClient;
import io.drover.worker.replication.WriteMirror;
import io.drover.worker.replication.mirror.MirrorWindow;
import io.drover.worker.replication.mirror.MirroredTarget;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One {@code blockdev-mirror} of a disk's writes into a gateway of this worker: {@code sync=none}, {@code write-blocking},
 * granularity 4096 (with 65536 parallel writes of 4 KiB waited for each other), no reconnecting (a gateway that came back
 * would have forgotten what it had acknowledged). QEMU 7.2.
 */
final class WriteMirrorJob implements WriteMirror {
    private static final Logger LOG = LoggerFactory.getLogger(WriteMirrorJob.class);
    private static final int GRANULARITY_BYTES = 4096;

    /** The guest may be without its disk for a second; the rest is for closing. */
    private static final Duration HOLD_MAX = Duration.ofMillis(700);

    private static final Duration YANK_LIMIT = Duration.ofSeconds(5);

    private final QemuMonitor monitor;
    private final VmFolder folder;
    private final BlockdevMirrorJob.Names names;
    private final DiskDefinition disk;
    private final MirroredTarget target;
    private final long windowBytes;
    private volatile @Nullable MirrorNbdBackend gateway;

    WriteMirrorJob(
            QemuMonitor monitor,
            VmFolder folder,
            BlockdevMirrorJob.Names names,
            DiskDefinition disk,
            MirroredTarget target,
            long windowBytes) {
        this.monitor = monitor;
        this.folder = folder;
        this.names = names;
        this.disk = disk;
        this.target = target;
        this.windowBytes = windowBytes;
    }

    @Override
    public void start() throws IOException, InterruptedException {
        MirrorNbdBackend present = gateway;
        if (present != null) {
            requireRunning(present);
            return;
        }
        abandon();
        long size = new QemuBitmaps(monitor, "").sizeBytes(disk);
        var path = folder.gatewaySocket(names.index());
        var opened = MirrorNbdBackend.open(path, size, windowBytes, target, HOLD_MAX, this::yank);
        gateway = opened;
        monitor.execute("blockdev-add", targetNode());
        monitor.execute("blockdev-mirror", mirror());
        monitor.deadline().until("mirror " + names.job() + " being ready", () -> {
            requireRunning(opened);
            return BlockdevMirrorJob.job(monitor, names)
                    .filter(job -> job.path("status").asString("").equals("ready"))
                    .isPresent();
        });
    }

    private Map<String, Object> targetNode() {
        Map<String, Object> node = new HashMap<>();
        node.put("driver", "nbd");
        node.put("node-name", names.node());
        node.put(
                "server",
                Map.of(
                        "type",
                        "unix",
                        "path",
                        folder.gatewaySocket(names.index()).toString()));
        node.put("export", MirrorNbdBackend.EXPORT);
        node.put("reconnect-delay", 0);
        node.put("discard", "unmap");
        node.put("detect-zeroes", "unmap");
        return node;
    }

    private Map<String, Object> mirror() {
        Map<String, Object> job = new HashMap<>();
        job.put("job-id", names.job());
        job.put("device", QemuCommandLine.node(disk));
        job.put("target", names.node());
        job.put("sync", "none");
        job.put("copy-mode", "write-blocking");
        job.put("granularity", GRANULARITY_BYTES);
        job.put("on-source-error", "report");
        job.put("on-target-error", "report");
        job.put("auto-dismiss", false);
        job.put("filter-node-name", names.filter());
        return job;
    }

    @Override
    public void beginRound() throws IOException, InterruptedException {
        target.beginRound(window());
    }

    @Override
    public long pendingBytes() throws IOException, InterruptedException {
        MirrorNbdBackend present = gateway;
        if (present == null) {
            throw new IOException("disk " + disk.id() + " has no mirror");
        }
        requireRunning(present);
        return present.window().heldBytes();
    }

    private void requireRunning(MirrorNbdBackend present) throws IOException, InterruptedException {
        present.window().checkFailure();
        var job = BlockdevMirrorJob.job(monitor, names);
        if (job.isEmpty() || BlockdevMirrorJob.concluded(job.get())) {
            throw new IOException("the mirror of disk " + disk.id() + " ended: "
                    + job.map(ended -> ended.path("error").asString("")).orElse("it is gone"));
        }
    }

    @Override
    public void complete() throws IOException, InterruptedException {
        MirrorNbdBackend present = gateway;
        if (present == null) {
            return;
        }
        requireRunning(present);
        present.expectEnd();
        monitor.execute("block-job-cancel", Map.of("device", names.job(), "force", false));
        BlockdevMirrorJob.awaitConcluded(monitor, names);
        String error = BlockdevMirrorJob.job(monitor, names)
                .map(job -> job.path("error").asString(""))
                .orElse("it is gone");
        if (!error.isEmpty()) {
            throw new IOException("the mirror of disk " + disk.id() + " failed at its end: " + error);
        }
        target.sendUpTo(present.window(), present.window().sequence());
        abandon();
    }

    @Override
    public void abandon() throws IOException, InterruptedException {
        MirrorNbdBackend present = gateway;
        gateway = null;
        if (present != null) {
            // Before QEMU is asked: it may be waiting for the gateway.
            present.close();
        }
        BlockdevMirrorJob.end(monitor, names);
        target.mirror(null);
    }

    /** Whether writes are being mirrored, as far as this worker knows. */
    boolean running() {
        MirrorNbdBackend present = gateway;
        return present != null && !present.failed();
    }

    /** For tests that end it. */
    @Nullable
    MirrorNbdBackend gateway() {
        return gateway;
    }

    private MirrorWindow window() throws IOException {
        MirrorNbdBackend present = gateway;
        if (present == null) {
            throw new IOException("disk " + disk.id() + " has no mirror");
        }
        return present.window();
    }

    /**
     * Frees requests that QEMU still holds although the gateway is closed. Over the second monitor: the worker's own waits
     * as long as they do.
     */
    private void yank() {
        try (QmpClient repair = QmpClient.connect(folder.repairSocket(), YANK_LIMIT)) {
            Map<String, Object> node = Map.of("type", "block-node", "node-name", names.node());
            var _ = repair.execute("yank", Map.of("instances", List.of(node)), YANK_LIMIT);
        } catch (IOException e) {
            // Nothing left to free, or somebody else holds the second monitor: closing the gateway has done it before.
            LOG.info("disk {}: yank of its mirror: {}", disk.id(), FileProblem.told(e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
