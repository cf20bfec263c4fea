package io.drover.cli.operator.balancing;

import io.drover.messages.HostId;
import io.drover.messages.VmId;
import io.drover.messages.api.LoadHistoryDocument;
import io.drover.messages.api.LoadHistoryDocument.HostHistory;
import io.drover.messages.api.LoadHistoryDocument.VmHistory;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * A load trace in the making, fed with one history after another: whole percent of each VM's processors, a sample
 * a slot. A VM that did not run is 0; while nothing is known of its host it stays what it was.
 */
final class Recording {
    private static final int FULL = 100;

    private final int slots;
    private final Map<VmId, Line> lines = new HashMap<>();
    private final BitSet heard = new BitSet();
    private int taken;

    Recording(int slots) {
        this.slots = slots;
    }

    /** The slots that follow those taken before. */
    void take(LoadHistoryDocument history) {
        if (taken + history.slots() > slots) {
            throw new IllegalArgumentException("slots: more than " + slots);
        }
        Map<HostId, List<Integer>> samples =
                history.hosts().stream().collect(Collectors.toMap(HostHistory::host, HostHistory::samples));
        samples.values().forEach(this::hear);
        Map<VmId, VmHistory> vms = history.vms().stream().collect(Collectors.toMap(VmHistory::vm, vm -> vm));
        vms.forEach((id, vm) -> lines.computeIfAbsent(id, key -> new Line(vm.name(), slots)).host = vm.host());
        lines.forEach((id, line) ->
                take(line, vms.get(id), samples.getOrDefault(line.host, Collections.nCopies(history.slots(), 0))));
        taken += history.slots();
    }

    private void hear(List<Integer> samples) {
        for (int i = 0; i < samples.size(); i++) {
            if (samples.get(i) > 0) {
                heard.set(taken + i);
            }
        }
    }

    private void take(Line line, @Nullable VmHistory vm, List<Integer> samplesOfHost) {
        for (int i = 0; i < samplesOfHost.size(); i++) {
            Double cores = vm == null ? null : vm.cpuCores().get(i);
            if (vm != null && cores != null) {
                line.percent[taken + i] = percent(cores, vm.vcpus());
            } else if (samplesOfHost.get(i) == 0 && taken + i > 0) {
                line.percent[taken + i] = line.percent[taken + i - 1];
                line.held.set(taken + i);
            }
        }
    }

    private static byte percent(double cores, int vcpus) {
        // QEMU's own threads come on top of the guest's.
        return (byte) Math.min(FULL, Math.round(FULL * cores / vcpus));
    }

    int vms() {
        return lines.size();
    }

    /** The first slot in which any host was heard of; -1 when none was. */
    int first() {
        return heard.nextSetBit(0);
    }

    /** From the first to the last slot in which any host was heard of. */
    int samples() {
        return heard.isEmpty() ? 0 : heard.length() - first();
    }

    /** Samples that stand for a time in which nothing was known of the VM's host. */
    long held() {
        return lines.values().stream()
                .mapToLong(line -> line.held.get(first(), heard.length()).cardinality())
                .sum();
    }

    /** Writes the trace as {@code drover simulate} reads it, VMs by name. */
    void writeTo(OutputStream out) throws IOException {
        var byName = new TreeMap<String, Line>();
        lines.values().forEach(line -> byName.put(line.name, line));
        try (Writer text = new OutputStreamWriter(new GZIPOutputStream(out), StandardCharsets.UTF_8)) {
            for (Line line : byName.values()) {
                text.write(line.name);
                for (int i = first(); i < heard.length(); i++) {
                    text.write("," + line.percent[i]);
                }
                text.write("\n");
            }
        }
    }

    /** One VM, all slots. */
    private static final class Line {
        private final String name;
        private final byte[] percent;
        private final BitSet held = new BitSet();
        private @Nullable HostId host;

        Line(String name, int slots) {
            this.name = name;
            this.percent = new byte[slots];
        }
    }
}
