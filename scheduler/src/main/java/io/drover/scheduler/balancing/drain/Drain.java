package io.drover.scheduler.balancing.drain;

import io.drover.messages.HostId;
import io.drover.scheduler.balancing.Move;
import io.drover.scheduler.balancing.Plan;
import io.drover.scheduler.balancing.Refusal;
import io.drover.scheduler.balancing.Refusal.Code;
import io.drover.scheduler.balancing.explain.Sentences;
import io.drover.scheduler.balancing.load.Amounts;
import io.drover.scheduler.balancing.rules.MoveGuard;
import io.drover.scheduler.balancing.rules.Placement;
import io.drover.scheduler.balancing.rules.PlannedLoad;
import io.drover.scheduler.cluster.ClusterSnapshot;
import io.drover.scheduler.cluster.Host;
import io.drover.scheduler.cluster.Vm;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Empties hosts in maintenance, the largest VMs first, stopped ones last, as far as tokens go. Somebody said that
 * the host is to be empty, so nothing is weighed, and no strategy is asked.
 */
public final class Drain {
    /** As {@link Plan#sentence} where no host is in maintenance, or all of them are empty. */
    private static final String NOTHING = "no host in maintenance has a VM that could leave now";

    private final List<Refusal> refused = new ArrayList<>();
    private final List<String> sentences = new ArrayList<>();
    private PlannedLoad forecast;

    private Drain(ClusterSnapshot snapshot) {
        forecast = PlannedLoad.of(snapshot);
    }

    /** VMs that can leave now, and which cannot and why. */
    public static Plan plan(ClusterSnapshot snapshot) {
        var drain = new Drain(snapshot);
        snapshot.hosts().stream()
                .filter(host -> drain.forecast.eligibility().inMaintenance(host))
                .forEach(drain::empty);
        String sentence = drain.sentences.isEmpty() ? NOTHING : String.join(". ", drain.sentences);
        return new Plan(drain.forecast.planned(), drain.refused, sentence);
    }

    private void empty(Host host) {
        forecast.snapshot().vmsOf(host.id()).stream()
                .filter(vm -> forecast.openMigration(vm.id()).isEmpty())
                .sorted(Comparator.comparingLong((Vm vm) -> vm.running() ? -vm.memoryBytes() : 0)
                        .thenComparing(Vm::name))
                .forEach(vm -> leave(host, vm));
    }

    private void leave(Host host, Vm vm) {
        Optional<Refusal> failed = failedLately(vm);
        if (failed.isPresent()) {
            refused.add(failed.get());
            return;
        }
        Placement placement = Placement.of(vm, forecast, MoveGuard.draining());
        if (placement.destination().isPresent()) {
            HostId destination = placement.destination().get();
            String reason = host.id() + " is in maintenance; moving " + Sentences.named(vm) + " to " + destination;
            sentences.add(reason);
            refused.addAll(placement.refused());
            forecast = forecast.with(new Move(vm, destination, reason));
        } else if (placement.refused().stream().noneMatch(refusal -> refusal.code() == Code.NO_TOKEN)) {
            // Whoever lacks a token only goes with a later look, and is nothing to tell.
            refused.addAll(placement.refused());
            sentences.add(host.id() + " is in maintenance; no host takes " + Sentences.named(vm)
                    + Sentences.others(placement.refused()));
        }
    }

    /** A move that failed, or that somebody cancelled, is not made again with every look. */
    private Optional<Refusal> failedLately(Vm vm) {
        ClusterSnapshot snapshot = forecast.snapshot();
        return snapshot.ended().stream()
                .filter(ended -> ended.vm().equals(vm.id()))
                .reduce((earlier, later) -> later)
                .filter(last -> !last.completed())
                .filter(last -> last.at().plus(snapshot.rules().coolDown()).isAfter(snapshot.at()))
                .map(last -> new Refusal(
                        Code.COOL_DOWN,
                        vm.name(),
                        null,
                        "its last move ended " + last.state().wireName() + "; it is tried again after "
                                + Amounts.seconds(snapshot.rules().coolDown())));
    }
}
