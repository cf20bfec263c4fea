package io.drover.cli.operator.balancing;

import io.drover.cli.operator.fleet.LabelFormat;
import io.drover.cli.operator.migration.MigrationLine;
import io.drover.cli.terminal.Units;
import io.drover.messages.api.DecisionDocument;
import io.drover.messages.api.DecisionDocument.RefusedAlternative;
import io.drover.messages.api.MigrationSummary;
import io.drover.messages.api.PlanDocument;
import io.drover.scheduler.cluster.ClusterSnapshot;
import io.drover.scheduler.cluster.Host;
import io.drover.scheduler.cluster.Sample;
import io.drover.scheduler.cluster.SnapshotText;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A decision for people: what was seen, decided, considered and refused, and what came of it. */
final class Explanation {
    private static final int HOSTS_SHOWN = 20;

    private final ZoneId zone;
    private final DecisionDocument decision;
    private final @Nullable PlanDocument plan;
    private final List<MigrationSummary> migrations;
    private final List<String> lines = new ArrayList<>();

    /** {@code plan} is null where the moves were posted at once, or there were none. */
    Explanation(
            ZoneId zone, DecisionDocument decision, @Nullable PlanDocument plan, List<MigrationSummary> migrations) {
        this.zone = zone;
        this.decision = decision;
        this.plan = plan;
        this.migrations = List.copyOf(migrations);
    }

    List<String> lines() {
        lines.add("decision " + decision.id() + " of " + Units.moment(decision.at(), zone) + ", strategy "
                + decision.strategy());
        heading("decided");
        lines.add("  " + decision.sentence());
        Optional<ClusterSnapshot> snapshot = snapshot();
        heading("seen");
        snapshot.ifPresentOrElse(this::seen, () -> lines.add("  a snapshot that this version of drover cannot read"));
        heading("considered");
        considered();
        heading("refused");
        refused();
        heading("what came of it");
        outcome();
        return lines;
    }

    private void heading(String text) {
        lines.add("");
        lines.add(text);
    }

    private Optional<ClusterSnapshot> snapshot() {
        try {
            return Optional.of(SnapshotText.read(decision.inputs()));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private void seen(ClusterSnapshot snapshot) {
        lines.add("  hosts " + snapshot.hosts().size() + ", VMs "
                + snapshot.vms().size() + ", migrations under way "
                + snapshot.inFlight().size());
        snapshot.hosts().stream()
                .sorted((one, other) -> Double.compare(cpu(other), cpu(one)))
                .limit(HOSTS_SHOWN)
                .forEach(host -> lines.add("  " + seen(host, snapshot)));
        int more = snapshot.hosts().size() - HOSTS_SHOWN;
        if (more > 0) {
            lines.add("  and " + more + " hosts that were loaded less");
        }
    }

    /** Newest sample as a fraction of the host; -1 without one, or without processors. */
    private static double cpu(Host host) {
        return host.samples().isEmpty() || host.cpuCores() <= 0
                ? -1
                : host.samples().getLast().cpuCores() / host.cpuCores();
    }

    private static String seen(Host host, ClusterSnapshot snapshot) {
        String vms = ", VMs " + snapshot.vmsOf(host.id()).size();
        if (host.samples().isEmpty()) {
            return host.id() + ": no telemetry" + vms;
        }
        Sample newest = host.samples().getLast();
        return host.id() + ": CPU " + Units.cores(newest.cpuCores()) + " of " + Units.cores(host.cpuCores())
                + " cores, memory " + Units.bytes(newest.memoryBytes()) + " of " + Units.bytes(host.memoryBytes())
                + ", " + Units.duration(Duration.between(newest.at(), snapshot.at())) + " before" + vms
                + (host.labels().isEmpty() ? "" : ", " + LabelFormat.line(host.labels()));
    }

    private void considered() {
        Optional<List<String>> numbers = DecisionNumbers.lines(decision);
        if (numbers.isEmpty()) {
            lines.add("  its numbers were not stored; drover plan decides over its snapshot again");
        } else if (numbers.get().isEmpty()) {
            lines.add("  what is refused below, and what was done");
        } else {
            lines.addAll(numbers.get());
        }
    }

    private void refused() {
        var byCode = new TreeMap<String, List<String>>();
        for (RefusedAlternative alternative : decision.refused()) {
            String code = alternative.code().replace('_', ' ');
            byCode.computeIfAbsent(code, key -> new ArrayList<>()).add(line(alternative));
        }
        byCode.forEach((code, reasons) -> {
            lines.add("  " + code);
            reasons.forEach(reason -> lines.add("    " + reason));
        });
        if (byCode.isEmpty()) {
            lines.add("  nothing");
        }
    }

    private static String line(RefusedAlternative alternative) {
        String vm = Objects.requireNonNullElse(alternative.vm(), "");
        String host = alternative.host() == null ? "" : (vm.isEmpty() ? "" : " to ") + alternative.host();
        String about = vm + host;
        return (about.isEmpty() ? "" : about + ": ") + alternative.reason();
    }

    private void outcome() {
        PlanDocument proposed = plan;
        if (proposed != null) {
            outcome(proposed);
        }
        for (MigrationSummary view : migrations) {
            lines.add("  migration " + view.task().id() + ": " + MigrationLine.outcome(view));
        }
        int lost = decision.moves().size() - migrations.size();
        if (lost > 0) {
            lines.add("  moves that the database refused when they were posted: " + lost);
        }
        if (proposed == null && decision.moves().isEmpty()) {
            lines.add("  nothing was moved");
        }
    }

    private void outcome(PlanDocument proposed) {
        String state = proposed.state().name().toLowerCase(Locale.ROOT);
        String by = proposed.closedBy() == null ? "" : " by " + proposed.closedBy();
        lines.add("  its plan is " + state + by);
        if (migrations.isEmpty()) {
            proposed.moves()
                    .forEach(move -> lines.add("  not posted: " + move.name() + " from " + move.source() + " to "
                            + move.destination() + ", " + Units.bytes(move.bytes())));
        }
    }
}
