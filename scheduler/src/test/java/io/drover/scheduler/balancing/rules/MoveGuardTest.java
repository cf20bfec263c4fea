package io.drover.scheduler.balancing.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.messages.HostId;
import io.drover.scheduler.Snapshots;
import io.drover.scheduler.balancing.Move;
import io.drover.scheduler.balancing.Plan;
import io.drover.scheduler.balancing.Refusal;
import io.drover.scheduler.balancing.Refusal.Code;
import io.drover.scheduler.cluster.ClusterSnapshot;
import io.drover.scheduler.cluster.Vm;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MoveGuardTest {
    @ParameterizedTest
    @CsvSource({
        "one-overloaded, web-2, h3, NO_CPU_ROOM",
        "one-overloaded, web-2, h1, SAME_HOST",
        "reserved-memory, web-2, h2, NO_MEMORY_ROOM",
        "no-image-room, web-2, h2, NO_IMAGE_ROOM",
        "stale-target, web-2, h2, STALE_TELEMETRY",
        "stale-source, web-2, h2, STALE_TELEMETRY",
        "move-under-way, web-1, h2, OPEN_MIGRATION",
        "vm-cooling, web-2, h2, COOL_DOWN",
        "tokens, web-1, h2, NO_TOKEN",
        "stopped-only, web-1, h2, NOT_RUNNING",
        "settling, web-1, h1, OPEN_MIGRATION",
    })
    void refusesAndSaysWhy(String snapshot, String vm, String destination, Code code) {
        ClusterSnapshot cluster = Snapshots.read(snapshot);

        Plan checked = MoveGuard.balancing().check(cluster, plan(cluster, destination, vm));

        assertThat(checked.moves()).isEmpty();
        assertThat(checked.refused()).extracting(Refusal::code).containsExactly(code);
        assertThat(checked.sentence())
                .startsWith("because; not moved: " + vm + " to " + destination + ": ")
                .endsWith(checked.refused().getFirst().reason());
    }

    @Test
    void countsTheMovesItLetPassBefore() {
        ClusterSnapshot cluster = Snapshots.read("two-needed");

        Plan checked = MoveGuard.balancing().check(cluster, plan(cluster, "h2", "web-1", "web-1", "web-2", "web-3"));

        assertThat(checked.moves()).extracting(move -> move.vm().name()).containsExactly("web-1", "web-2");
        assertThat(checked.refused()).extracting(Refusal::code).containsExactly(Code.OPEN_MIGRATION, Code.NO_TOKEN);
    }

    @Test
    void aRequestMayExceedTheHighMarkAndTheCoolDownButNotTheCapacity() {
        ClusterSnapshot cooling = Snapshots.read("host-cooling");
        assertThat(MoveGuard.requested()
                        .check(cooling, plan(cooling, "h2", "web-1"))
                        .moves())
                .hasSize(1);

        ClusterSnapshot full = Snapshots.read("one-overloaded");
        assertThat(MoveGuard.requested().check(full, plan(full, "h3", "web-2")).moves())
                .hasSize(1);

        ClusterSnapshot fuller = Snapshots.read("nowhere");
        assertThat(MoveGuard.requested()
                        .check(fuller, plan(fuller, "h2", "web-2"))
                        .refused())
                .extracting(Refusal::code)
                .containsExactly(Code.NO_CPU_ROOM);
    }

    private static Plan plan(ClusterSnapshot cluster, String destination, String... names) {
        List<Move> moves = Stream.of(names)
                .map(name -> new Move(vm(cluster, name), new HostId(destination), "because"))
                .toList();
        return new Plan(moves, List.of(), "because");
    }

    private static Vm vm(ClusterSnapshot cluster, String name) {
        return cluster.vms().stream()
                .filter(vm -> vm.name().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
