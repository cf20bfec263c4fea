package io.drover.schema.memory;

import io.drover.messages.DecisionId;
import io.drover.messages.HostId;
import io.drover.messages.HostReport;
import io.drover.messages.MigrationId;
import io.drover.messages.VmId;
import io.drover.schema.record.RejectedMessage;
import io.drover.schema.scheduler.Labels;
import io.drover.schema.scheduler.PlanStore.WantedMode;
import io.drover.schema.scheduler.SchedulerStore.Decision;
import io.drover.schema.scheduler.StoredPlan;
import io.drover.schema.worker.WorkerIdentity;
import io.drover.schema.worker.WorkerStore.HostFacts;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** All that is committed. */
final class Tables {
    final Map<HostId, Host> hosts = new TreeMap<>();
    final Map<HostId, Session> sessions = new TreeMap<>();
    final Map<VmId, VmRow> vms = new TreeMap<>();
    final Map<MigrationId, MigrationRow> migrations = new LinkedHashMap<>();
    final Map<HostId, Long> limits = new HashMap<>();
    final Map<DecisionId, Decision> decisions = new LinkedHashMap<>();
    final Map<DecisionId, StoredPlan> plans = new LinkedHashMap<>();
    final Map<Received, Instant> inbox = new HashMap<>();
    final List<Rejected> rejected = new ArrayList<>();
    final List<OutboxRow> outbox = new ArrayList<>();
    final Map<HostId, TreeMap<Instant, HostReport>> reports = new TreeMap<>();
    /** The newest of each host, which outlives the others. */
    final Map<HostId, HostReport> latest = new TreeMap<>();

    final RollUps rollUps = new RollUps();
    Labels labels = Labels.NONE;

    @Nullable
    WantedMode mode;

    long outboxIds;

    /** A host as its worker registered it. */
    record Host(HostFacts facts, Instant lastSeen) {}

    /** The worker that speaks for a host; {@code session} is null after a takeover. */
    record Session(@Nullable UUID session, WorkerIdentity identity, Instant startedAt, Instant lastSeen) {}

    /** {@code consumer} is {@code scheduler} or a host. */
    record Received(HostId host, String messageId) {}

    record Rejected(String consumer, RejectedMessage message, Instant at) {}

    Tables copy() {
        var copy = new Tables();
        copy.become(this);
        return copy;
    }

    /** The same maps and lists, with the other's content. */
    void become(Tables other) {
        replace(hosts, other.hosts);
        replace(sessions, other.sessions);
        vms.clear();
        other.vms.forEach((id, row) -> vms.put(id, row.copy()));
        migrations.clear();
        other.migrations.forEach((id, row) -> migrations.put(id, row.copy()));
        replace(limits, other.limits);
        replace(decisions, other.decisions);
        replace(plans, other.plans);
        replace(inbox, other.inbox);
        rejected.clear();
        rejected.addAll(other.rejected);
        outbox.clear();
        other.outbox.forEach(row -> outbox.add(row.copy()));
        reports.clear();
        other.reports.forEach((host, byTime) -> reports.put(host, new TreeMap<>(byTime)));
        replace(latest, other.latest);
        rollUps.become(other.rollUps);
        labels = other.labels;
        mode = other.mode;
        outboxIds = other.outboxIds;
    }

    /** Adds the window {@code shutdown} to a host's maintenance, or takes it away. */
    void vacate(HostId host, boolean vacated) {
        var ofHost = new HashMap<>(labels.of(host));
        var windows = new LinkedHashSet<>(
                List.of(ofHost.getOrDefault("drover.maintenance", "").split(",")));
        windows.remove("");
        windows.remove("shutdown");
        if (vacated) {
            windows.add("shutdown");
        }
        if (windows.isEmpty()) {
            ofHost.remove("drover.maintenance");
        } else {
            ofHost.put("drover.maintenance", String.join(",", windows));
        }
        var ofHosts = new HashMap<>(labels.hosts());
        ofHosts.put(host, ofHost);
        labels = new Labels(ofHosts, labels.vms());
    }

    private static <K, V> void replace(Map<K, V> rows, Map<K, V> others) {
        rows.clear();
        rows.putAll(others);
    }
}
