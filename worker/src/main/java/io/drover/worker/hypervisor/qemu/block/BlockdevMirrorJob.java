package io.drover.worker.hypervisor.qemu.block;

import io.drover.messages.MigrationId;
import io.drover.worker.hypervisor.qemu.process.QemuMonitor;
import io.drover.worker.qmp.QmpException;
import io.drover.worker.replication.NativeMirror;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/**
 * One {@code blockdev-mirror} as libvirt drives it: everything, in the background, QEMU's own granularity and buffers;
 * ended by cancelling the ready job. The job stays readable after its end ({@code auto-dismiss=false}).
 */
final class BlockdevMirrorJob implements NativeMirror {
    private static final Logger LOG = LoggerFactory.getLogger(BlockdevMirrorJob.class);
    private static final int GRANULARITY_BYTES = 64 << 10;
    private static final int ID_DIGITS = 16;

    private final QemuMonitor monitor;
    private final String disk;
    private final MirrorLink.Target target;
    private long bytesPerSecondMax;
    private final Names names;
    private boolean complete;
    private Progress last = new Progress(0, 0, false);

    BlockdevMirrorJob(QemuMonitor monitor, Names names, String disk, MirrorLink.Target target, long bytesPerSecondMax) {
        this.monitor = monitor;
        this.names = names;
        this.disk = disk;
        this.target = target;
        this.bytesPerSecondMax = bytesPerSecondMax;
    }

    @Override
    public void start() throws IOException, InterruptedException {
        Optional<JsonNode> present = job();
        if (present.isPresent() && !concluded(present.get())) {
            return;
        }
        abandon();
        complete = false;
        monitor.execute("blockdev-add", targetNode());
        monitor.execute("blockdev-mirror", mirror());
    }

    private Map<String, Object> targetNode() throws IOException, InterruptedException {
        Map<String, Object> node = target.options();
        node.put("driver", "nbd");
        node.put("node-name", names.node());
        // A lost destination must end the mirror and not hold the guest's writes.
        node.put("reconnect-delay", 0);
        node.put("discard", "unmap");
        node.put("detect-zeroes", "unmap");
        return node;
    }

    private Map<String, Object> mirror() {
        Map<String, Object> job = new HashMap<>();
        job.put("job-id", names.job());
        job.put("device", disk);
        job.put("target", names.node());
        job.put("sync", "full");
        job.put("copy-mode", "background");
        job.put("granularity", GRANULARITY_BYTES);
        job.put("speed", bytesPerSecondMax);
        job.put("on-source-error", "report");
        job.put("on-target-error", "report");
        job.put("auto-dismiss", false);
        job.put("filter-node-name", names.filter());
        return job;
    }

    @Override
    public Progress progress() throws IOException, InterruptedException {
        if (complete) {
            return last;
        }
        for (JsonNode job : monitor.query("query-block-jobs")) {
            if (job.path("device").asString("").equals(names.job())) {
                failWhenConcluded();
                boolean ready = job.path("ready").asBoolean(false);
                last = new Progress(
                        job.path("offset").asLong(0), job.path("len").asLong(0), ready);
                return last;
            }
        }
        failWhenConcluded();
        throw new IOException("disk " + disk + " has no mirror");
    }

    private void failWhenConcluded() throws IOException, InterruptedException {
        Optional<JsonNode> job = job();
        if (job.isPresent() && concluded(job.get())) {
            throw new IOException("the mirror of disk " + disk + " ended: "
                    + job.get().path("error").asString("without an error"));
        }
    }

    @Override
    public void limit(long bytesPerSecond) throws IOException, InterruptedException {
        bytesPerSecondMax = bytesPerSecond;
        if (!complete && job().filter(job -> !concluded(job)).isPresent()) {
            monitor.execute("block-job-set-speed", Map.of("device", names.job(), "speed", bytesPerSecond));
        }
    }

    @Override
    public void complete() throws IOException, InterruptedException {
        if (complete) {
            return;
        }
        // The guest stands, so that what is left of a ready mirror only shrinks.
        monitor.deadline()
                .until(
                        "the mirror of disk " + disk + " being ready",
                        () -> progress().ready());
        monitor.execute("block-job-cancel", Map.of("device", names.job(), "force", false));
        awaitConcluded();
        String error = job().map(job -> job.path("error").asString("")).orElse("");
        if (!error.isEmpty()) {
            throw new IOException("the mirror of disk " + disk + " failed at its end: " + error);
        }
        abandon();
        complete = true;
    }

    @Override
    public void abandon() throws IOException, InterruptedException {
        remove(monitor, names);
    }

    /** Ends this mirror in whatever state it is and removes its nodes. */
    private static void remove(QemuMonitor monitor, Names names) throws IOException, InterruptedException {
        Optional<JsonNode> job = job(monitor, names);
        if (job.isPresent()) {
            if (!concluded(job.get())) {
                cancelByForce(monitor, names);
            }
            awaitConcluded(monitor, names);
            monitor.execute("job-dismiss", Map.of("id", names.job()));
        }
        if (hasNode(monitor, names.node())) {
            monitor.execute("blockdev-del", Map.of("node-name", names.node()));
        }
    }

    private static void cancelByForce(QemuMonitor monitor, Names names) throws IOException, InterruptedException {
        try {
            monitor.execute("block-job-cancel", Map.of("device", names.job(), "force", true));
        } catch (QmpException e) {
            LOG.debug("mirror {} ended before it was cancelled: {}", names.job(), e.description());
        }
    }

    private void awaitConcluded() throws IOException, InterruptedException {
        awaitConcluded(monitor, names);
    }

    static void awaitConcluded(QemuMonitor monitor, Names names) throws IOException, InterruptedException {
        monitor.deadline()
                .until(
                        "the end of mirror " + names.job(),
                        () -> job(monitor, names)
                                .map(BlockdevMirrorJob::concluded)
                                .orElse(true));
    }

    private static boolean hasNode(QemuMonitor monitor, String name) throws IOException, InterruptedException {
        for (JsonNode node : monitor.execute("query-named-block-nodes", Map.of("flat", true))) {
            if (node.path("node-name").asString("").equals(name)) {
                return true;
            }
        }
        return false;
    }

    private Optional<JsonNode> job() throws IOException, InterruptedException {
        return job(monitor, names);
    }

    /** The mirror's job, if there is one. */
    static Optional<JsonNode> job(QemuMonitor monitor, Names names) throws IOException, InterruptedException {
        for (JsonNode job : monitor.query("query-jobs")) {
            if (job.path("id").asString("").equals(names.job())) {
                return Optional.of(job);
            }
        }
        return Optional.empty();
    }

    static boolean concluded(JsonNode job) {
        return job.path("status").asString("").equals("concluded");
    }

    /** Ends the mirror of a disk, whoever began it; harmless when there is none. */
    static void end(QemuMonitor monitor, Names names) throws IOException, InterruptedException {
        remove(monitor, names);
    }

    /**
     * Names that carry the migration, so that a later worker finds what is left of it. A node's may have 31 characters.
     *
     * @param kind of the mirror, so that a disk may have one of each
     * @param index the disk's place in its VM
     */
    record Names(MigrationId migration, String kind, int index) {
        Names(MigrationId migration, int index) {
            this(migration, "mirror", index);
        }

        /** Of the mirror into the worker's gateway. */
        static Names ofGateway(MigrationId migration, int index) {
            return new Names(migration, "gateway", index);
        }

        String job() {
            return "drover-" + migration + "-" + kind + "-" + index;
        }

        String node() {
            return kind + "." + index + "." + shortId();
        }

        String filter() {
            return kind.charAt(0) + "filter." + index + "." + shortId();
        }

        private String shortId() {
            String digits = migration.toString().replace("-", "");
            return digits.substring(digits.length() - ID_DIGITS);
        }
    }
}
