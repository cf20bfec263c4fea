package io.drover.scheduler.balancing.leastbytes;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.messages.HostId;
import io.drover.messages.VmId;
import io.drover.scheduler.Snapshots;
import io.drover.scheduler.balancing.Plan;
import io.drover.scheduler.balancing.Refusal;
import io.drover.scheduler.balancing.Refusal.Code;
import io.drover.scheduler.cluster.ClusterSnapshot;
import java.util.List;
import org.junit.jupiter.api.Test;

/** One situation a test; the snapshots stand among the resources. */
class LeastBytesTest {
    private final LeastBytes strategy = new LeastBytes();

    @Test
    void movesTheVmOfFewestBytesAndSaysWhyInOneSentence() {
        Plan plan = plan("one-overloaded");

        assertThat(moves(plan)).containsExactly("web-2 -> h2");
        assertThat(plan.sentence())
                .isEqualTo("h1 is overloaded: CPU 1.31 of 1.50 cores (87 %) in 3 of the last 4 samples, over 80 %; "
                        + "moving web-2 (1.1 GiB) to h2 brings it to 54 %; "
                        + "h3 was refused: it would have CPU 1.40 of 1.50 cores (93 %), over 80 %");
        assertThat(plan.refused())
                .contains(new Refusal(Code.COSTS_MORE, "web-1", null, "its move costs 2.3 GiB, 1.1 GiB are enough"))
                .anyMatch(refusal -> refusal.code() == Code.NO_CPU_ROOM && new HostId("h3").equals(refusal.host()));
        assertThat(plan.moves().getFirst().reason())
                .startsWith("h1 is overloaded")
                .doesNotContain("refused");
    }

    @Test
    void isCalmWithNumbers() {
        Plan plan = plan("calm");

        assertThat(plan.moves()).isEmpty();
        assertThat(plan.refused()).isEmpty();
        assertThat(plan.sentence())
                .isEqualTo("no host is overloaded: the fullest is h1, CPU 0.60 of 1.50 cores (40 %), "
                        + "memory 512 MiB of 4.0 GiB (13 %)");
    }

    @Test
    void aShortPeakIsNoReason() {
        assertThat(plan("short-peak").sentence()).startsWith("no host is overloaded");
    }

    @Test
    void aSilentHostIsNeitherTargetNorReason() {
        Plan noTarget = plan("stale-target");
        assertThat(noTarget.moves()).isEmpty();
        assertThat(noTarget.sentence()).contains("no beneficial migration").contains("newest sample is 35 s old");
        assertThat(codes(noTarget)).contains(Code.STALE_TELEMETRY, Code.NO_BENEFICIAL_MIGRATION);

        Plan noReason = plan("stale-source");
        assertThat(noReason.moves()).isEmpty();
        assertThat(noReason.sentence()).contains("no host is overloaded").contains("no recent telemetry from h1");
    }

    @Test
    void memoryPromisedToOthersIsNotRoom() {
        Plan plan = plan("reserved-memory");

        assertThat(plan.moves()).isEmpty();
        assertThat(plan.sentence()).contains("memory 968 MiB of 1.0 GiB (95 %), over 80 %");
    }

    @Test
    void imageSpacePromisedToOthersIsNotRoom() {
        Plan plan = plan("no-image-room");

        assertThat(plan.moves()).isEmpty();
        assertThat(plan.sentence()).contains("870 MiB of images do not fit into 424 MiB free");
    }

    @Test
    void waitsForWhatIsUnderWay() {
        Plan plan = plan("move-under-way");

        assertThat(plan.moves()).isEmpty();
        assertThat(codes(plan)).containsExactly(Code.RELIEF_UNDER_WAY);
        assertThat(plan.sentence()).contains("the migrations under way bring it to 47 %");
    }

    @Test
    void samplesThatStillShowAVmThatLeftAreNoReason() {
        Plan plan = plan("settling");

        assertThat(plan.moves()).isEmpty();
        assertThat(codes(plan)).containsExactly(Code.SETTLING);
    }

    @Test
    void aVmThatWasJustMovedRestsAndADearerOneGoes() {
        Plan plan = plan("vm-cooling");

        assertThat(moves(plan)).containsExactly("web-1 -> h2");
        assertThat(codes(plan)).contains(Code.COOL_DOWN);
    }

    @Test
    void movesAsManyAsTheReliefNeedsTheCheapestOnes() {
        Plan plan = plan("two-needed");

        assertThat(moves(plan)).containsExactly("web-1 -> h2", "web-2 -> h3");
        assertThat(plan.sentence()).contains("web-1 (356 MiB) to h2 and web-2 (456 MiB) to h3 brings it to 49 %");
    }

    @Test
    void relievesMemoryAsWell() {
        Plan plan = plan("memory-overloaded");

        assertThat(moves(plan)).containsExactly("web-2 -> h2");
        assertThat(plan.sentence()).contains("memory 1.9 GiB of 2.0 GiB (93 %) in 4 of the last 4 samples");
    }

    @Test
    void noBeneficialMigrationIsAnAnswerWithNumbers() {
        Plan plan = plan("nowhere");

        assertThat(plan.moves()).isEmpty();
        assertThat(plan.sentence())
                .contains("no beneficial migration: none of its 2 VMs can go anywhere")
                .contains("web-2 to h3 was refused: it would have CPU 1.40 of 1.50 cores (93 %), over 80 %");

        assertThat(plan("stopped-only").sentence()).contains("none of its VMs is running and measured");
    }

    @Test
    void keepsToTheTokensOfAHost() {
        Plan plan = plan("tokens");

        assertThat(plan.moves()).isEmpty();
        assertThat(plan.sentence()).contains("h1 is the source of 2 already").doesNotContain("under way bring");
    }

    @Test
    void anEmptyFleetIsCalm() {
        assertThat(plan("empty").sentence()).isEqualTo("no host is known to be overloaded");
    }

    @Test
    void evacuatesToTheLeastLoadedHostWithRoom() {
        ClusterSnapshot snapshot = Snapshots.read("one-overloaded");

        Plan plan = strategy.evacuate(snapshot, List.of(vm(1), vm(2)));

        assertThat(moves(plan)).containsExactly("web-1 -> h2", "web-2 -> h2");
        assertThat(plan.sentence()).startsWith("moving web-1 (2.3 GiB) from h1 to h2 as requested");
    }

    @Test
    void saysWhyAVmCannotBeEvacuated() {
        Plan plan = strategy.evacuate(Snapshots.read("stopped-only"), List.of(vm(1)));

        assertThat(plan.moves()).isEmpty();
        assertThat(codes(plan)).contains(Code.NOT_RUNNING, Code.NO_TARGET);
        assertThat(plan.sentence()).isEqualTo("no host takes web-1; web-1 was refused: web-1 does not run");
    }

    private Plan plan(String snapshot) {
        return strategy.plan(Snapshots.read(snapshot));
    }

    private static List<String> moves(Plan plan) {
        return plan.moves().stream()
                .map(move -> move.vm().name() + " -> " + move.destination())
                .toList();
    }

    private static List<Code> codes(Plan plan) {
        return plan.refused().stream().map(Refusal::code).toList();
    }

    private static VmId vm(int number) {
        return VmId.parse("00000000-0000-4000-8000-%012d".formatted(number));
    }
}
