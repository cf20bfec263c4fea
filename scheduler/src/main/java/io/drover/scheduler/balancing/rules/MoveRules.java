package io.drover.scheduler.balancing.rules;

import io.drover.messages.HostId;
import io.drover.scheduler.balancing.Dimension;
import io.drover.scheduler.balancing.Move;
import io.drover.scheduler.balancing.Refusal;
import io.drover.scheduler.balancing.Refusal.Code;
import io.drover.scheduler.balancing.RefusalCause;
import io.drover.scheduler.balancing.load.Amounts;
import io.drover.scheduler.balancing.load.Load;
import io.drover.scheduler.cluster.Host;
import io.drover.scheduler.cluster.Rules;
import io.drover.scheduler.cluster.Vm;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The limits a {@link MoveGuard} is made of. */
public final class MoveRules {
    private MoveRules() {}

    static Optional<Refusal> running(Move move, PlannedLoad forecast) {
        return move.vm().running()
                ? Optional.empty()
                : refused(Code.NOT_RUNNING, move, null, move.vm().name() + " does not run");
    }

    /** Without a measurement neither the relief nor the bytes are known. */
    static Optional<Refusal> measured(Move move, PlannedLoad forecast) {
        return move.vm().measured()
                ? Optional.empty()
                : refused(
                        Code.NOT_MEASURED,
                        move,
                        null,
                        "no report names " + move.vm().name() + " yet");
    }

    public static Optional<Refusal> oneOpenMigration(Move move, PlannedLoad forecast) {
        Vm vm = move.vm();
        if (forecast.planned(vm.id())) {
            return refused(Code.OPEN_MIGRATION, move, null, vm.name() + " is in this plan already");
        }
        return forecast.openMigration(vm.id())
                .flatMap(open -> refused(
                        Code.OPEN_MIGRATION,
                        move,
                        null,
                        vm.name() + " is being migrated to " + open.destination() + " ("
                                + open.state().wireName() + ")"));
    }

    static Optional<Refusal> otherHost(Move move, PlannedLoad forecast) {
        return move.destination().equals(move.source())
                ? refused(Code.SAME_HOST, move, move.destination(), move.vm().name() + " is there already")
                : Optional.empty();
    }

    /** A host that is not heard may be down, and its load is not known. */
    static Optional<Refusal> freshDestination(Move move, PlannedLoad forecast) {
        return stale(move, forecast, forecast.host(move.destination()));
    }

    static Optional<Refusal> freshSource(Move move, PlannedLoad forecast) {
        return stale(move, forecast, forecast.host(move.source()));
    }

    /** What the VM's own labels say, where nobody asked for the move. */
    static Optional<Refusal> ownLabels(Move move, PlannedLoad forecast) {
        return forecast.eligibility().ofLabels(move.vm()).flatMap(ground -> refused(ground, move, null));
    }

    /** A host that is excluded, contradicts itself or has no capacity is neither target nor reason. */
    static Optional<Refusal> decidable(Move move, PlannedLoad forecast) {
        return decidable(move, forecast, move.source()).or(() -> decidable(move, forecast, move.destination()));
    }

    static Optional<Refusal> place(Move move, PlannedLoad forecast) {
        return forecast.eligibility()
                .ofPlace(move.vm(), forecast.host(move.destination()), forecast)
                .flatMap(ground -> refused(ground, move, move.destination()));
    }

    static Optional<Refusal> affinity(Move move, PlannedLoad forecast) {
        return forecast.eligibility()
                .affinity(move.vm(), move.destination(), forecast)
                .flatMap(ground -> refused(ground, move, move.destination()));
    }

    /** What a host takes is said of it, whoever wants the move: it may be excluded, or have no capacity. */
    static Optional<Refusal> taking(Move move, PlannedLoad forecast) {
        return decidable(move, forecast, move.destination());
    }

    /** The bytes that VM, hosts and fleet may move in a day, whoever wants the move. */
    static Optional<Refusal> budgets(Move move, PlannedLoad forecast) {
        MoveHistory history = forecast.eligibility().history();
        return history.budgets(move.vm(), move.destination())
                .or(() -> history.ofPlan(move, forecast.planned()))
                .flatMap(ground -> refused(ground, move, null));
    }

    /** A VM rests after a move, in proportion to its bytes, and does not go back. */
    static Optional<Refusal> history(Move move, PlannedLoad forecast) {
        MoveHistory history = forecast.eligibility().history();
        boolean critical = forecast.eligibility().critical(move.source());
        return history.ofVm(move.vm(), critical)
                .flatMap(ground -> refused(ground, move, null))
                .or(() -> history.ofPair(move.vm(), move.destination(), critical)
                        .flatMap(ground -> refused(ground, move, move.destination())))
                .or(() -> history.ofPlan(move, forecast.planned()).flatMap(ground -> refused(ground, move, null)));
    }

    /** Samples from before a move say nothing, so after one a host waits until there are enough again. */
    static Optional<Refusal> settled(Move move, PlannedLoad forecast) {
        return settled(move, forecast, move.source()).or(() -> settled(move, forecast, move.destination()));
    }

    private static Optional<Refusal> settled(Move move, PlannedLoad forecast, HostId id) {
        int samples = forecast.host(id).samples().size();
        int needed = forecast.snapshot().rules().samplesK();
        return samples >= needed
                ? Optional.empty()
                : refused(
                        Code.SETTLING,
                        move,
                        id,
                        "only " + samples + " samples show its present placement, " + needed + " are needed");
    }

    private static Optional<Refusal> decidable(Move move, PlannedLoad forecast, HostId id) {
        return forecast.eligibility().ofHost(forecast.host(id)).flatMap(ground -> refused(ground, move, id));
    }

    private static Optional<Refusal> refused(RefusalCause ground, Move move, @Nullable HostId host) {
        return refused(ground.code(), move, host, ground.reason());
    }

    static Optional<Refusal> tokens(Move move, PlannedLoad forecast) {
        Rules rules = forecast.snapshot().rules();
        long from = forecast.movesFrom(move.source());
        long to = forecast.movesTo(move.destination());
        if (from >= rules.perSource()) {
            return refused(
                    Code.NO_TOKEN, move, move.source(), move.source() + " is the source of " + from + " already");
        }
        if (to >= rules.perDestination()) {
            return refused(
                    Code.NO_TOKEN,
                    move,
                    move.destination(),
                    move.destination() + " is the destination of " + to + " already");
        }
        return link(move, forecast, move.source()).or(() -> link(move, forecast, move.destination()));
    }

    private static Optional<Refusal> link(Move move, PlannedLoad forecast, HostId host) {
        long carried = forecast.movesFrom(host) + forecast.movesTo(host);
        return carried < forecast.snapshot().rules().economy().perLink()
                ? Optional.empty()
                : refused(Code.NO_TOKEN, move, host, "the link of " + host + " carries " + carried + " already");
    }

    /** The destination stays under the high mark. */
    static Optional<Refusal> roomUnderHighMark(Move move, PlannedLoad forecast) {
        return room(move, forecast, forecast.snapshot().rules().high());
    }

    /** The destination holds it; for moves someone asked for. */
    static Optional<Refusal> room(Move move, PlannedLoad forecast) {
        return room(move, forecast, 1);
    }

    private static Optional<Refusal> room(Move move, PlannedLoad forecast, double limit) {
        Host host = forecast.host(move.destination());
        PlannedLoad after = forecast.with(move);
        Load load = after.committed(host);
        for (Dimension dimension : Dimension.values()) {
            if (load.fraction(dimension, host) > limit) {
                String reason =
                        "it would have " + Amounts.load(load, dimension, host) + ", over " + Amounts.percent(limit);
                return refused(full(dimension), move, host.id(), reason);
            }
        }
        return imageRoom(move, forecast);
    }

    /** The destination's images have room for its own. */
    static Optional<Refusal> imageRoom(Move move, PlannedLoad forecast) {
        Host host = forecast.host(move.destination());
        return forecast.with(move).imagesFree(host) >= 0
                ? Optional.empty()
                : refused(
                        Code.NO_IMAGE_ROOM,
                        move,
                        host.id(),
                        Amounts.bytes(move.vm().imageBytes()) + " of images do not fit into "
                                + Amounts.bytes(Math.max(0, forecast.imagesFree(host))) + " free");
    }

    private static Code full(Dimension dimension) {
        return switch (dimension) {
            case CPU -> Code.NO_CPU_ROOM;
            case MEMORY -> Code.NO_MEMORY_ROOM;
            case DISK -> Code.NO_DISK_ROOM;
            case NETWORK -> Code.NO_NETWORK_ROOM;
        };
    }

    private static Optional<Refusal> stale(Move move, PlannedLoad forecast, Host host) {
        if (!forecast.stale(host)) {
            return Optional.empty();
        }
        String reason = forecast.age(host)
                .map(age -> "its newest sample is " + Amounts.seconds(age) + " old")
                .orElse("no sample shows its present placement");
        return refused(Code.STALE_TELEMETRY, move, host.id(), reason);
    }

    private static Optional<Refusal> refused(Code code, Move move, @Nullable HostId host, String reason) {
        return Optional.of(new Refusal(code, move.vm().name(), host, reason));
    }
}
