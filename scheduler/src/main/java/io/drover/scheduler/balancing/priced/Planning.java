package io.drover.scheduler.balancing.priced;

import io.drover.messages.HostId;
import io.drover.scheduler.balancing.Dimension;
import io.drover.scheduler.balancing.Findings.Gate;
import io.drover.scheduler.balancing.Findings.HostFinding;
import io.drover.scheduler.balancing.Move;
import io.drover.scheduler.balancing.Plan;
import io.drover.scheduler.balancing.Refusal;
import io.drover.scheduler.balancing.Refusal.Code;
import io.drover.scheduler.balancing.RefusalCause;
import io.drover.scheduler.balancing.explain.PlanExplanation;
import io.drover.scheduler.balancing.explain.RefusalReport;
import io.drover.scheduler.balancing.load.CopyRates;
import io.drover.scheduler.balancing.load.Demands;
import io.drover.scheduler.balancing.load.Load;
import io.drover.scheduler.balancing.problem.Candidates;
import io.drover.scheduler.balancing.problem.CheapestTarget;
import io.drover.scheduler.balancing.problem.FleetProblem;
import io.drover.scheduler.balancing.problem.MoveUnit;
import io.drover.scheduler.balancing.problem.OverloadedHost;
import io.drover.scheduler.balancing.rules.MoveAdmission;
import io.drover.scheduler.balancing.rules.MoveBundles;
import io.drover.scheduler.balancing.rules.PlannedLoad;
import io.drover.scheduler.balancing.rules.ReliefInProgress;
import io.drover.scheduler.balancing.search.Assignment;
import io.drover.scheduler.balancing.search.PlacementEngine;
import io.drover.scheduler.cluster.ClusterSnapshot;
import io.drover.scheduler.cluster.Host;
import io.drover.scheduler.cluster.Vm;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One run of {@link PricedMoves}. */
final class Planning {
    private final ClusterSnapshot snapshot;
    private final PlacementEngine engine;
    private final PlannedLoad empty;
    private final Demands demands;
    private final CopyRates rates;
    private final CostBenefitGate gatekeeper;
    private final MoveAdmission admission;
    private final PlanExplanation account = new PlanExplanation();
    private final List<OverloadedHost> hots = new ArrayList<>();
    private final Map<HostId, List<Vm>> owned = new HashMap<>();
    private final Map<OverloadedHost, Candidates> candidates = new LinkedHashMap<>();
    /** What was chosen so far, whether it may begin yet or not. */
    private final Map<OverloadedHost, List<Move>> chosen = new LinkedHashMap<>();
    /** The host for whose VM another makes room first. */
    private @Nullable OverloadedHost cleared;

    Planning(ClusterSnapshot snapshot, PlacementEngine engine) {
        this.snapshot = snapshot;
        this.engine = engine;
        empty = PlannedLoad.of(snapshot);
        demands = new Demands(snapshot);
        rates = new CopyRates(snapshot);
        gatekeeper = new CostBenefitGate(empty, demands, rates);
        admission = new MoveAdmission(empty);
        for (Vm vm : snapshot.vms()) {
            owned.computeIfAbsent(vm.owner(), key -> new ArrayList<>()).add(vm);
        }
    }

    Plan plan() {
        snapshot.hosts().forEach(this::judge);
        hots.sort(Comparator.comparingDouble((OverloadedHost hot) ->
                        -hot.overload().fraction(hot.overload().held()))
                .thenComparing(hot -> hot.host().id()));
        List<OverloadedHost> waiting = hots.stream().filter(this::waits).toList();
        hots.removeAll(waiting);
        hots.forEach(hot -> candidates.put(hot, Candidates.of(hot, empty)));
        assign(hots, snapshot.rules().low());
        assign(left(), snapshot.rules().high());
        new Exchange(empty, rates, owned, candidates).relieve(left(), chosen);
        left().forEach(this::best);
        clear();
        hots.forEach(this::decide);
        return account.plan(admission, empty);
    }

    private void judge(Host host) {
        OverloadDetector.Verdict verdict =
                new OverloadDetector(empty, demands, rates).judge(host, owned.getOrDefault(host.id(), List.of()));
        verdict.hot().ifPresent(hots::add);
        verdict.refusal().ifPresent(refusal -> {
            account.refused(List.of(refusal));
            verdict.overload().ifPresent(overload -> account.say(overload.text() + "; " + refusal.reason()));
        });
    }

    private boolean waits(OverloadedHost hot) {
        Optional<RefusalCause> ground = ReliefInProgress.answers(hot.overload(), empty);
        ground.ifPresent(found -> account.unmoved(hot, found.code(), found.reason(), List.of()));
        return ground.isPresent();
    }

    private List<OverloadedHost> left() {
        return hots.stream().filter(hot -> !chosen.containsKey(hot)).toList();
    }

    private PlannedLoad withChosen() {
        return new PlannedLoad(
                snapshot,
                empty.eligibility(),
                chosen.values().stream().flatMap(List::stream).toList(),
                List.of());
    }

    /** Brings hosts down to a mark, all at once; those that cannot be are left as they are. */
    private void assign(List<OverloadedHost> group, double mark) {
        var items = new ArrayList<MoveUnit>();
        var groups = new ArrayList<Integer>();
        double[][] needs = new double[group.size()][];
        for (int i = 0; i < needs.length; i++) {
            needs[i] = need(group.get(i), mark);
            for (MoveUnit item : candidatesOf(group.get(i)).items()) {
                items.add(item);
                groups.add(i);
            }
        }
        if (items.isEmpty()) {
            return;
        }
        int[] groupOf = groups.stream().mapToInt(Integer::intValue).toArray();
        var problem = new FleetProblem(withChosen(), rates, items, groupOf, needs);
        account.covers(group, problem);
        Assignment answer = engine.solve(problem);
        for (int item = 0; item < items.size(); item++) {
            int target = answer.targets()[item];
            if (target != Assignment.STAYS) {
                choose(group.get(groupOf[item]), items.get(item), problem.host(target));
            }
        }
    }

    private Candidates candidatesOf(OverloadedHost hot) {
        return candidates.getOrDefault(hot, new Candidates(List.of(), List.of()));
    }

    private void choose(OverloadedHost hot, MoveUnit item, Host destination) {
        List<Move> moves = chosen.computeIfAbsent(hot, key -> new ArrayList<>());
        item.vms().forEach(vm -> moves.add(new Move(vm, destination.id(), "")));
    }

    private double[] need(OverloadedHost hot, double mark) {
        Load expected = empty.relieved(hot.host());
        double[] need = new double[Dimension.COUNT];
        int place = 0;
        for (Dimension dimension : Dimension.values()) {
            boolean over = hot.overload().over().contains(dimension);
            need[place++] = over ? expected.of(dimension) - mark * dimension.capacity(hot.host()) : 0;
        }
        return need;
    }

    /** Where no set is enough, the one VM that helps most. */
    private void best(OverloadedHost hot) {
        List<MoveUnit> items = candidatesOf(hot).items().stream()
                .sorted(Comparator.comparingDouble(
                                (MoveUnit item) -> -hot.overload().fraction(item.leaving()))
                        .thenComparing(item -> item.vms().getFirst().name()))
                .toList();
        if (items.isEmpty()) {
            return;
        }
        PlannedLoad forecast = withChosen();
        var problem = new FleetProblem(forecast, rates, items, new int[items.size()], new double[1][Dimension.COUNT]);
        for (int item = 0; item < items.size(); item++) {
            Optional<Host> target = CheapestTarget.cheapest(problem, item);
            if (target.isPresent()) {
                choose(hot, items.get(item), target.get());
                return;
            }
        }
    }

    private void clear() {
        List<OverloadedHost> stuck = left();
        if (stuck.isEmpty()) {
            return;
        }
        new MakeRoom(withChosen(), rates, owned).find(stuck, this::candidatesOf).ifPresent(found -> {
            chosen.put(found.getKey(), found.getValue().moves());
            cleared = found.getKey();
        });
    }

    private void decide(OverloadedHost hot) {
        List<Move> moves = chosen.getOrDefault(hot, List.of());
        Candidates all = candidatesOf(hot);
        account.refused(all.refused());
        if (moves.isEmpty()) {
            String why = all.items().isEmpty()
                    ? "none of its VMs can be moved now"
                    : "no host takes any of its " + all.items().size() + " VMs that could go";
            account.found(finding(hot, null));
            account.unmoved(
                    hot, Code.NO_BENEFICIAL_MIGRATION, "no beneficial migration: " + why, refusedPlaces(hot, all));
            return;
        }
        Gate gate = gatekeeper.judge(hot, moves);
        account.found(finding(hot, gate));
        if (!gate.worthIt()) {
            account.unmoved(hot, Code.NO_BENEFICIAL_MIGRATION, PlanExplanation.notWorth(gate, moves), List.of());
            return;
        }
        List<Move> said = account.moved(hot, moves, gate, empty);
        account.refused(new RefusalReport(admission.forecast()).others(hot, said, all));
        if (hot.equals(cleared)) {
            admission.take(List.of(said.getFirst()));
            admission.follow(said.getLast(), said.getFirst());
            return;
        }
        for (List<Move> bundle : MoveBundles.of(said, empty.eligibility())) {
            admission.take(bundle);
        }
    }

    private List<Refusal> refusedPlaces(OverloadedHost hot, Candidates all) {
        return new RefusalReport(withChosen())
                .noPlace(all.items().stream()
                        .filter(item -> hot.overload().fraction(item.leaving()) > 0)
                        .toList());
    }

    private HostFinding finding(OverloadedHost hot, @Nullable Gate gate) {
        return account.finding(hot, candidatesOf(hot), gate, rates, demands);
    }
}
