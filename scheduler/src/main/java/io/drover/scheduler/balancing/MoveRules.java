package io.drover.scheduler.balancing;

import io.drover.messages.HostId;
import io.drover.scheduler.balancing.Refusal.Code;
import io.drover.scheduler.cluster.Ended;
import io.drover.scheduler.cluster.Host;
import io.drover.scheduler.cluster.Rules;
import io.drover.scheduler.cluster.Vm;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The limits a {@link MoveGuard} is made of. */
final class MoveRules {
    private MoveRules() {}

    static Optional<Refusal> running(Move move, Forecast forecast) {
        return move.vm().running()
                ? Optional.empty()
                : refused(Code.NOT_RUNNING, move, null, move.vm().name() + " does not run");
    }

    /** Without a measurement neither the relief nor the bytes are known. */
    static Optional<Refusal> measured(Move move, Forecast forecast) {
        return move.vm().measured()
                ? Optional.empty()
                : refused(
                        Code.NOT_MEASURED,
                        move,
                        null,
                        "no report names " + move.vm().name() + " yet");
    }

    static Optional<Refusal> oneOpenMigration(Move move, Forecast forecast) {
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

    static Optional<Refusal> otherHost(Move move, Forecast forecast) {
        return move.destination().equals(move.source())
                ? refused(Code.SAME_HOST, move, move.destination(), move.vm().name() + " is there already")
                : Optional.empty();
    }

    /** A host that is not heard may be down, and its load is not known. */
    static Optional<Refusal> freshDestination(Move move, Forecast forecast) {
        return stale(move, forecast, forecast.host(move.destination()));
    }

    static Optional<Refusal> freshSource(Move move, Forecast forecast) {
        return stale(move, forecast, forecast.host(move.source()));
    }

    /** A machine and the hosts of a move are left alone until the move shows in their samples and has paid off. */
    static Optional<Refusal> coolDown(Move move, Forecast forecast) {
        Vm vm = move.vm();
        return cooling(move, forecast, null, vm.name(), ended -> ended.vm().equals(vm.id()))
                .or(() -> hostCooling(move, forecast, move.source()))
                .or(() -> hostCooling(move, forecast, move.destination()));
    }

    static Optional<Refusal> tokens(Move move, Forecast forecast) {
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
        return Optional.empty();
    }

    /** The destination stays under the high mark. */
    static Optional<Refusal> roomUnderHighMark(Move move, Forecast forecast) {
        return room(move, forecast, forecast.snapshot().rules().high());
    }

    /** The destination holds it; for moves someone asked for. */
    static Optional<Refusal> room(Move move, Forecast forecast) {
        return room(move, forecast, 1);
    }

    private static Optional<Refusal> room(Move move, Forecast forecast, double limit) {
        Host host = forecast.host(move.destination());
        Forecast after = forecast.with(move);
        Load load = after.committed(host);
        String over = ", over " + Amounts.percent(limit);
        if (load.cpuFraction(host) > limit) {
            return refused(
                    Code.NO_CPU_ROOM, move, host.id(), "it would have " + Amounts.cpu(load.cpuCores(), host) + over);
        }
        if (load.memoryFraction(host) > limit) {
            return refused(
                    Code.NO_MEMORY_ROOM,
                    move,
                    host.id(),
                    "it would have " + Amounts.memory(load.memoryBytes(), host) + over);
        }
        if (after.imagesFree(host) < 0) {
            return refused(
                    Code.NO_IMAGE_ROOM,
                    move,
                    host.id(),
                    Amounts.bytes(move.vm().imageBytes()) + " of images do not fit into "
                            + Amounts.bytes(Math.max(0, forecast.imagesFree(host))) + " free");
        }
        return Optional.empty();
    }

    private static Optional<Refusal> stale(Move move, Forecast forecast, Host host) {
        if (!forecast.stale(host)) {
            return Optional.empty();
        }
        String reason = forecast.age(host)
                .map(age -> "its newest sample is " + Amounts.seconds(age) + " old")
                .orElse("no sample shows its present placement");
        return refused(Code.STALE_TELEMETRY, move, host.id(), reason);
    }

    private static Optional<Refusal> hostCooling(Move move, Forecast forecast, HostId host) {
        // The source of a move that came to nothing is as loaded as before and may try another machine.
        return cooling(
                move,
                forecast,
                host,
                host.toString(),
                ended -> ended.destination().equals(host)
                        || (ended.completed() && ended.source().equals(host)));
    }

    private static Optional<Refusal> cooling(
            Move move, Forecast forecast, @Nullable HostId host, String subject, Predicate<Ended> concerned) {
        Duration coolDown = forecast.snapshot().rules().coolDown();
        return forecast.snapshot().ended().reversed().stream()
                .filter(concerned)
                .map(ended -> Duration.between(ended.at(), forecast.snapshot().at()))
                .filter(age -> age.compareTo(coolDown) < 0)
                .findFirst()
                .flatMap(age -> refused(
                        Code.COOL_DOWN,
                        move,
                        host,
                        subject + " took part in a migration that ended " + Amounts.seconds(age) + " ago (cool-down "
                                + Amounts.seconds(coolDown) + ")"));
    }

    private static Optional<Refusal> refused(Code code, Move move, @Nullable HostId host, String reason) {
        return Optional.of(new Refusal(code, move.vm().name(), host, reason));
    }
}
