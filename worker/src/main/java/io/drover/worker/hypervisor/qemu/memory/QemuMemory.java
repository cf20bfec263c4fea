package io.drover.worker.hypervisor.qemu.memory;

import io.drover.worker.hypervisor.MemoryTransfer;
import io.drover.worker.hypervisor.MemoryTransfer.Phase;
import io.drover.worker.hypervisor.SourceVm.MemoryLimits;
import io.drover.worker.hypervisor.qemu.process.QemuMonitor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** QEMU's migration of memory and devices, pre-copy (qapi/migration.json of QEMU 7.2). */
public final class QemuMemory {
    private static final String PRE_SWITCHOVER = "pre-switchover";
    private static final Set<String> UNDER_WAY = Set.of("setup", "active", PRE_SWITCHOVER, "device", "wait-unplug");

    private static final long DELTA_CACHE_LEAST = 16L << 20;

    /** The cache is the host's memory: a large guest must not cost it half as much again. */
    private static final long DELTA_CACHE_MOST = 1L << 30;

    private static final int THROTTLE_FIRST = 20;
    private static final int THROTTLE_STEP = 10;

    /** QEMU's default: dirtied, in percent of what was sent in a period. */
    private static final int THROTTLE_TRIGGER = 50;

    private static final int THROTTLE_TRIGGER_MOST = 100;

    /** None: whoever takes the stream paces it. QEMU's own limit would be 128 MiB/s, and 0 is not "none" in 7.2. */
    private static final long BYTES_PER_SECOND_MAX = 1L << 40;

    private final QemuMonitor monitor;
    private final Path socket;

    /** @param socket where memory leaves or arrives */
    public QemuMemory(QemuMonitor monitor, Path socket) {
        this.monitor = monitor;
        this.socket = socket;
    }

    /** Before anything else on a destination: without late activation it would lock the images before it owns them. */
    public void prepareIncoming() throws IOException, InterruptedException {
        setCapabilities("late-block-activate", "return-path", "validate-uuid", "events");
    }

    /** Listens; harmless when it does already. */
    public void accept() throws IOException, InterruptedException {
        if (listening().isMissingNode()) {
            monitor.execute("migrate-incoming", Map.of("uri", uri()));
        }
    }

    private String uri() {
        return "unix:" + socket;
    }

    private JsonNode listening() throws IOException, InterruptedException {
        return monitor.query("query-migrate").path("socket-address").path(0);
    }

    public void send(MemoryLimits limits, boolean postMigrate) throws IOException, InterruptedException {
        awaitCancelled();
        String status = rawStatus();
        // "completed" alone may be the VM's own arrival, or a move that was called off afterwards.
        if (UNDER_WAY.contains(status) || postMigrate) {
            return;
        }
        setCapabilities("pause-before-switchover", "return-path", "validate-uuid", "events");
        // Neither can be turned on later; the throttle stands at its least until it is wanted.
        setCapability("xbzrle", limits.deltas());
        setCapability("auto-converge", true);
        if (limits.deltas()) {
            monitor.execute("migrate-set-parameters", Map.of("xbzrle-cache-size", deltaCacheBytes()));
        }
        monitor.execute("migrate-set-parameters", Map.of("max-bandwidth", BYTES_PER_SECOND_MAX));
        limit(limits);
        monitor.execute("migrate", Map.of("uri", uri()));
    }

    private void setCapability(String name, boolean state) throws IOException, InterruptedException {
        monitor.execute(
                "migrate-set-capabilities",
                Map.of("capabilities", List.of(Map.of("capability", name, "state", state))));
    }

    /** Half of the memory, as a power of two: pages that fall out of the cache go whole again. */
    private long deltaCacheBytes() throws IOException, InterruptedException {
        long memory =
                monitor.query("query-memory-size-summary").path("base-memory").asLong(0);
        return Math.clamp(Long.highestOneBit(Math.max(1, memory / 2)), DELTA_CACHE_LEAST, DELTA_CACHE_MOST);
    }

    private void setCapabilities(String... names) throws IOException, InterruptedException {
        List<Map<String, Object>> capabilities = Arrays.stream(names)
                .map(name -> Map.<String, Object>of("capability", name, "state", true))
                .toList();
        monitor.execute("migrate-set-capabilities", Map.of("capabilities", capabilities));
    }

    public void limit(MemoryLimits limits) throws IOException, InterruptedException {
        boolean wantsThrottle = limits.throttlePercentMax() > 0;
        int throttle = Math.max(1, limits.throttlePercentMax());
        monitor.execute(
                "migrate-set-parameters",
                Map.of(
                        "downtime-limit",
                        limits.downtimeMillis(),
                        "cpu-throttle-initial",
                        wantsThrottle ? Math.min(THROTTLE_FIRST, throttle) : 1,
                        "cpu-throttle-increment",
                        wantsThrottle ? THROTTLE_STEP : 1,
                        "max-cpu-throttle",
                        throttle,
                        "throttle-trigger-threshold",
                        wantsThrottle ? THROTTLE_TRIGGER : THROTTLE_TRIGGER_MOST));
    }

    public MemoryTransfer transfer() throws IOException, InterruptedException {
        JsonNode answer = monitor.query("query-migrate");
        JsonNode ram = answer.path("ram");
        return new MemoryTransfer(
                phase(answer.path("status").asString("none")),
                ram.path("transferred").asLong(0),
                ram.path("remaining").asLong(0),
                ram.path("total").asLong(0),
                answer.path("error-desc").asString(""));
    }

    private static Phase phase(String status) throws IOException {
        return switch (status) {
            case "none" -> Phase.NONE;
            case "setup", "active", "device", "wait-unplug", "cancelling" -> Phase.ACTIVE;
            case PRE_SWITCHOVER -> Phase.PRE_SWITCHOVER;
            case "completed" -> Phase.COMPLETED;
            case "failed" -> Phase.FAILED;
            case "cancelled" -> Phase.CANCELLED;
            default -> throw new IOException("memory transfer in a state that was never asked for: " + status);
        };
    }

    private String rawStatus() throws IOException, InterruptedException {
        return monitor.query("query-migrate").path("status").asString("none");
    }

    public void continueSwitchover() throws IOException, InterruptedException {
        String status = rawStatus();
        switch (status) {
            case PRE_SWITCHOVER -> monitor.execute("migrate-continue", Map.of("state", PRE_SWITCHOVER));
            case "device", "completed" -> {}
            default -> throw new IOException("memory transfer is " + status + ", not at the switchover");
        }
    }

    /**
     * Cancels and waits until that has an outcome. It may be that the transfer was complete before, or "failed": QEMU 7.2
     * shuts the socket down before it notes the cancel, and a write in between fails by itself. The guest goes on either way.
     */
    public void cancel() throws IOException, InterruptedException {
        if (UNDER_WAY.contains(rawStatus())) {
            monitor.query("migrate_cancel");
        }
        awaitCancelled();
    }

    private void awaitCancelled() throws IOException, InterruptedException {
        monitor.deadline()
                .until(
                        "the end of a cancelled memory transfer",
                        () -> !rawStatus().equals("cancelling"));
    }
}
