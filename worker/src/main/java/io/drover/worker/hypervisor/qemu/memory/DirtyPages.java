package io.drover.worker.hypervisor.qemu.memory;

import io.drover.worker.hypervisor.qemu.process.QemuMonitor;
import java.io.IOException;
import java.util.Map;
import java.util.OptionalDouble;
import tools.jackson.databind.JsonNode;

/**
 * How much memory a guest rewrites within a second, by comparing pages drawn by lot (QEMU's {@code calc-dirty-rate}, mode
 * page-sampling, since 5.2). Unlike the dirty log it costs the guest nothing and leaves QEMU's own bitmaps alone. In
 * whole MiB.
 */
public final class DirtyPages {
    private static final double MIB = 1 << 20;

    /** Of a GiB: 8 MiB of it are read, twice. */
    private static final int PAGES_OF_A_GIB = 2048;

    private final QemuMonitor monitor;

    public DirtyPages(QemuMonitor monitor) {
        this.monitor = monitor;
    }

    /** Bytes a second when that was last measured, which the last call began; begins to measure again. */
    public OptionalDouble perSecond() throws IOException, InterruptedException {
        JsonNode last = monitor.query("query-dirty-rate");
        if (!last.path("status").asString("").equals("measuring")) {
            monitor.execute("calc-dirty-rate", Map.of("calc-time", 1, "sample-pages", PAGES_OF_A_GIB));
        }
        JsonNode rate = last.path("dirty-rate");
        return rate.isNumber() && rate.asLong() >= 0 ? OptionalDouble.of(rate.asLong() * MIB) : OptionalDouble.empty();
    }
}
