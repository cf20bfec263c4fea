package io.drover.scheduler.balancing.explain;

import io.drover.scheduler.balancing.Dimension;
import io.drover.scheduler.balancing.Findings;
import io.drover.scheduler.balancing.Findings.Candidate;
import io.drover.scheduler.balancing.Findings.Cover;
import io.drover.scheduler.balancing.Findings.Gate;
import io.drover.scheduler.balancing.Findings.HostFinding;
import io.drover.scheduler.balancing.Move;
import io.drover.scheduler.balancing.Plan;
import io.drover.scheduler.balancing.Refusal;
import io.drover.scheduler.balancing.Refusal.Code;
import io.drover.scheduler.balancing.demand.Series;
import io.drover.scheduler.balancing.load.Amounts;
import io.drover.scheduler.balancing.load.CopyRates;
import io.drover.scheduler.balancing.load.Demands;
import io.drover.scheduler.balancing.problem.Candidates;
import io.drover.scheduler.balancing.problem.FleetProblem;
import io.drover.scheduler.balancing.problem.OverloadedHost;
import io.drover.scheduler.balancing.rules.MoveAdmission;
import io.drover.scheduler.balancing.rules.PlannedLoad;
import io.drover.scheduler.balancing.search.CoverSearch;
import io.drover.scheduler.balancing.search.RegretSearch;
import io.drover.scheduler.cluster.Host;
import io.drover.scheduler.cluster.Vm;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** What a plan says of itself: its sentences, refusals and findings, bounded so that they can be stored. */
public final class PlanExplanation {
    private static final int REFUSALS_MAX = 500;
    private static final int HOSTS_EXPLAINED = 64;

    private final List<String> sentences = new ArrayList<>();
    private final List<Refusal> refused = new ArrayList<>();
    private final List<HostFinding> findings = new ArrayList<>();
    private final Map<OverloadedHost, List<Cover>> covers = new HashMap<>();
    private int hosts;

    public void say(String sentence) {
        sentences.add(sentence);
    }

    public void refused(List<Refusal> more) {
        int room = REFUSALS_MAX - refused.size();
        refused.addAll(more.subList(0, Math.min(room, more.size())));
    }

    public void found(HostFinding finding) {
        hosts++;
        if (findings.size() < Findings.HOSTS_MAX) {
            findings.add(finding);
        }
    }

    /** Keeps the cheapest sets of the first few hosts; a large fleet's are not all looked at twice. */
    public void covers(List<OverloadedHost> group, FleetProblem problem) {
        if (group.size() > HOSTS_EXPLAINED) {
            return;
        }
        List<List<CoverSearch.Cover>> all = RegretSearch.covers(problem, Findings.COVERS_MAX);
        for (int i = 0; i < group.size(); i++) {
            List<Cover> named = all.get(i).stream()
                    .limit(Findings.COVERS_MAX)
                    .map(cover -> new Cover(
                            IntStream.of(cover.items())
                                    .mapToObj(problem::item)
                                    .flatMap(item -> item.vms().stream())
                                    .map(Vm::name)
                                    .toList(),
                            cover.cost()))
                    .toList();
            covers.putIfAbsent(group.get(i), named);
        }
    }

    public HostFinding finding(
            OverloadedHost hot, Candidates all, @Nullable Gate gate, CopyRates rates, Demands demands) {
        Host host = hot.host();
        Series cpu = Demands.series(host.samples(), Dimension.CPU);
        double rate = rates.bytesPerSecond(host, host);
        List<Candidate> candidates = all.items().stream()
                .flatMap(item -> item.vms().stream())
                .map(vm -> new Candidate(vm.name(), CopyRates.bytes(vm, rate, 0), vm.cpuCores(), vm.residentBytes()))
                .sorted(Comparator.comparingLong(Candidate::bytes).thenComparing(Candidate::vm))
                .limit(Findings.CANDIDATES_MAX)
                .toList();
        return new HostFinding(
                host.id(),
                cpu.level(),
                Math.sqrt(cpu.variance()),
                host.cpuCores(),
                hot.risk(),
                candidates,
                covers.getOrDefault(hot, List.of()),
                gate);
    }

    public void unmoved(OverloadedHost hot, Code code, String why, List<Refusal> others) {
        refused(others);
        refused(List.of(new Refusal(code, null, hot.host().id(), why)));
        sentences.add(
                hot.overload().text() + "; " + why + Sentences.others(others.subList(0, Math.min(others.size(), 10))));
    }

    /** The moves with their reason. */
    public List<Move> moved(OverloadedHost hot, List<Move> bare, Gate gate, PlannedLoad before) {
        String what = bare.stream()
                .map(move -> Sentences.named(move.vm())
                        + (move.source().equals(hot.host().id()) ? "" : " from " + move.source()) + " to "
                        + move.destination())
                .collect(Collectors.joining(" and "));
        var with = new PlannedLoad(before.snapshot(), before.eligibility(), bare, List.of());
        double after = hot.overload().fraction(with.relieved(hot.host()));
        double low = hot.overload().rules().low();
        String still = after > low + 0.005 ? ", still over the low mark of " + Amounts.percent(low) : "";
        String reason = hot.overload().text() + "; moving " + what + " brings it to " + Amounts.percent(after) + still
                + numbers(gate);
        sentences.add(reason);
        return bare.stream()
                .map(move -> new Move(move.vm(), move.destination(), reason))
                .toList();
    }

    public static String notWorth(Gate gate, List<Move> moves) {
        return "no beneficial migration: moving "
                + moves.stream().map(move -> Sentences.named(move.vm())).collect(Collectors.joining(" and "))
                + numbers(gate);
    }

    private static String numbers(Gate gate) {
        return String.format(
                Locale.ROOT,
                ", avoiding %.0f of %.0f s of overload for %.0f s of cost (copies take %.0f s)",
                Math.max(0, gate.before() - gate.after()),
                gate.before(),
                gate.cost(),
                gate.copySeconds());
    }

    public Plan plan(MoveAdmission admission, PlannedLoad empty) {
        refused(admission.refused());
        String sentence = sentences.isEmpty() ? Sentences.calm(empty) : String.join(". ", sentences);
        return new Plan(
                admission.moves(),
                admission.later(),
                refused,
                new Findings(findings, hosts - findings.size()),
                sentence);
    }
}
