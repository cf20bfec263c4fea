package io.drover.bench;

import io.drover.worker.qmp.QmpClient;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * What libvirt 9 says to the source's QEMU for a migration with {@code VIR_MIGRATE_NON_SHARED_DISK} (qemu_migration.c,
 * qemu_block.c): one {@code blockdev-mirror} a disk with QEMU's own granularity and buffers to an NBD node that unmaps
 * zeros; memory once all are ready, without a limit of bandwidth and with QEMU's default downtime; at the pause before
 * the switchover every mirror is cancelled, which completes a ready one.
 */
final class LibvirtSequence implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String PREFIX = "bench-";
    private static final String PRE_SWITCHOVER = "pre-switchover";
    /** libvirt's "unlimited". */
    private static final long BYTES_PER_SECOND = Long.MAX_VALUE / (1 << 20);

    private final QmpClient qmp;
    private final List<String> jobs = new ArrayList<>();

    LibvirtSequence(Path runFolder) throws IOException, InterruptedException {
        this.qmp = QmpClient.connect(runFolder.resolve("repair.sock"), LIMIT);
    }

    /** Begins the mirror of a disk to {@code nbd://<address>:<port>/<export>}. */
    void mirror(String disk, String target, String copyMode) throws IOException, InterruptedException {
        URI uri = URI.create(target);
        String node = PREFIX + disk;
        var server = Map.of("type", "inet", "host", uri.getHost(), "port", Integer.toString(uri.getPort()));
        execute(
                "blockdev-add",
                Map.of(
                        "driver",
                        "nbd",
                        "node-name",
                        node,
                        "server",
                        server,
                        "export",
                        uri.getPath().substring(1),
                        "discard",
                        "unmap",
                        "detect-zeroes",
                        "unmap"));
        execute(
                "blockdev-mirror",
                Map.of(
                        "job-id", node,
                        "device", disk,
                        "target", node,
                        "sync", "full",
                        "copy-mode", copyMode,
                        "on-source-error", "report",
                        "on-target-error", "report"));
        jobs.add(node);
    }

    boolean mirrorsReady() throws IOException, InterruptedException {
        int ready = 0;
        for (JsonNode job : blockJobs()) {
            ready += job.path("ready").asBoolean(false) ? 1 : 0;
        }
        if (blockJobs().size() < jobs.size()) {
            throw new IOException("a mirror ended before it was ready");
        }
        return ready == jobs.size();
    }

    void migrate(String target) throws IOException, InterruptedException {
        execute(
                "migrate-set-capabilities",
                Map.of(
                        "capabilities",
                        List.of(on("pause-before-switchover"), on("return-path"), on("events"), on("validate-uuid"))));
        execute("migrate-set-parameters", Map.of("max-bandwidth", BYTES_PER_SECOND));
        execute("migrate", Map.of("uri", target));
    }

    private static Map<String, Object> on(String capability) {
        return Map.of("capability", capability, "state", true);
    }

    boolean atSwitchover() throws IOException, InterruptedException {
        return status().equals(PRE_SWITCHOVER);
    }

    void endMirrors() throws IOException, InterruptedException {
        for (String job : jobs) {
            execute("block-job-cancel", Map.of("device", job));
        }
    }

    boolean mirrorsEnded() throws IOException, InterruptedException {
        return blockJobs().isEmpty();
    }

    void goOn() throws IOException, InterruptedException {
        execute("migrate-continue", Map.of("state", PRE_SWITCHOVER));
    }

    boolean completed() throws IOException, InterruptedException {
        return status().equals("completed");
    }

    private String status() throws IOException, InterruptedException {
        JsonNode answer = execute("query-migrate", Map.of());
        String status = answer.path("status").asString("none");
        if (status.equals("failed") || status.equals("cancelled")) {
            throw new IOException(
                    "memory: " + status + " " + answer.path("error-desc").asString(""));
        }
        return status;
    }

    private JsonNode blockJobs() throws IOException, InterruptedException {
        return execute("query-block-jobs", Map.of());
    }

    private JsonNode execute(String command, Object arguments) throws IOException, InterruptedException {
        return qmp.execute(command, arguments, LIMIT);
    }

    @Override
    public void close() throws IOException {
        qmp.close();
    }
}
