package io.drover.scheduler.balancing.priced;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.scheduler.Snapshots;
import io.drover.scheduler.balancing.Move;
import io.drover.scheduler.balancing.Plan;
import io.drover.scheduler.balancing.Refusal.Code;
import io.drover.scheduler.cluster.SnapshotText;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Budgets, groups, exchanges, days and copies that are there already, each as a change to a snapshot that moves web-2.
 */
class PricedMovesRulesTest {
    private static final long GIB = 1L << 30;
    private final String overloaded = Snapshots.text("one-overloaded");

    @ParameterizedTest
    @CsvSource({"vm, web-2", "host, h1", "fleet, the fleet"})
    void nobodyMovesMoreBytesADayThanHeMay(String whose, String named) {
        String text = overloaded.replace(whose + "_day_bytes=0", whose + "_day_bytes=" + GIB);
        Plan plan = plan(text);
        assertThat(plan.moves()).isEmpty();
        assertThat(plan.refused())
                .anyMatch(refusal -> refusal.code() == Code.BUDGET
                        && refusal.reason().startsWith(named + " has moved 0 MiB in 24 hours; with web-2"));
        assertThat(moves(plan(overloaded.replace(whose + "_day_bytes=0", whose + "_day_bytes=" + 2 * GIB))))
                .containsExactly("web-2 -> h2");
    }

    @Test
    void whatMovedTodayAndWhatMovesNowCountsAgainstTheBudget() {
        String text = overloaded.replace("host_day_bytes=0", "host_day_bytes=" + 2 * GIB);
        String ended =
                "ended vm=00000000-0000-4000-8000-000000000003 source=h2 destination=h3 state=completed at=%s bytes="
                        + GIB + "\n";
        assertThat(moves(plan(text + ended.formatted("2026-11-22T08:00:00Z"))))
                .as("h2 has no more than a GiB left")
                .isEmpty();
        assertThat(moves(plan(text + ended.formatted("2026-11-21T17:00:00Z")))).containsExactly("web-2 -> h2");
        String open = "in_flight id=00000000-0000-4000-8000-0000000000aa vm=00000000-0000-4000-8000-000000000003"
                + " source=h3 destination=h2 state=replicating\n";
        String busy = text.replace("host_day_bytes=" + 2 * GIB, "host_day_bytes=" + 5 * GIB / 4);
        assertThat(moves(plan(busy))).containsExactly("web-2 -> h2");
        assertThat(plan(busy + open).refused())
                .anyMatch(refusal ->
                        refusal.code() == Code.BUDGET && refusal.reason().startsWith("h2 has moved 256 MiB"));
    }

    @Test
    void theMovesOfOnePlanShareABudget() {
        String two = Snapshots.text("two-needed");
        assertThat(plan(two).moves()).hasSize(2);
        Plan plan = plan(two.replace("fleet_day_bytes=0", "fleet_day_bytes=" + GIB / 2));
        assertThat(plan.moves()).hasSize(1);
        assertThat(plan.refused())
                .anyMatch(refusal ->
                        refusal.code() == Code.BUDGET && refusal.reason().startsWith("the fleet has moved"));
    }

    @Test
    void twoVmsChangePlacesWhereNobodyHasRoom() {
        String text = load(load(overloaded, "h2", 0.95), "h3", 1.15)
                + "vm id=00000000-0000-4000-8000-000000000004 name=small owner=h2 running=true measured=true cpu_cores=0.3"
                + " memory_bytes=268435456 resident_bytes=268435456 disk_bytes=0 swap_bytes=0\n";
        assertThat(moves(plan(text))).containsExactly("web-2 -> h2", "small -> h1");
        assertThat(moves(plan(text.replaceAll("(?m)^(vm .* name=small .*)$", "$1 labels=drover.exclude=true"))))
                .as("half an exchange is none")
                .isEmpty();
    }

    @Test
    void aThirdHostMakesRoomWhereNothingElseHelps() {
        String text = load(load(load(overloaded, "h1", 1.5), "h2", 0.95), "h3", 0.8)
                + "vm id=00000000-0000-4000-8000-000000000004 name=middle owner=h2 running=true measured=true cpu_cores=0.35"
                + " memory_bytes=268435456 resident_bytes=268435456 disk_bytes=0 swap_bytes=0\n";
        Plan plan = plan(text);
        assertThat(moves(plan)).containsExactly("middle -> h3");
        assertThat(plan.later())
                .singleElement()
                .satisfies(later -> assertThat(later.move().vm().name() + ": " + later.waitsFor())
                        .isEqualTo("web-2: h2 has room for it when middle has left"));
        assertThat(plan.sentence()).contains("moving middle", "from h2 to h3 and web-2", "avoiding");

        String cleared =
                load(load(text.replace("name=middle owner=h2", "name=middle owner=h3"), "h2", 0.6), "h3", 1.15);
        assertThat(moves(plan(cleared)))
                .as("or a better one: with this the host is at its low mark")
                .containsExactly("web-1 -> h2");

        String open = "in_flight id=00000000-0000-4000-8000-0000000000aa vm=00000000-0000-4000-8000-000000000003"
                + " source=h3 destination=h2 state=replicating\n";
        assertThat(plan(text + open).moves()).as("one thing at a time").isEmpty();
        String h2 = line(text, "host id=h2");
        assertThat(plan(text.replace(h2, h2.replace("images_free_bytes=21474836480", "images_free_bytes=1024")))
                        .moves())
                .as("what leaves keeps its image there")
                .isEmpty();
        assertThat(plan(load(text, "h3", 0.9)).moves())
                .as("h3 has no room either")
                .isEmpty();
    }

    /** Of a demo: h3 is empty, and the VMs' samples are from their boot and vary too much to be sure of it. */
    @Test
    void nobodyMakesRoomWhereTheNextSampleMay() {
        Plan plan = plan(Snapshots.text("just-booted"));
        assertThat(plan.moves()).isEmpty();
        assertThat(plan.later()).isEmpty();
        assertThat(plan.sentence()).startsWith("h1 is overloaded");
    }

    @Test
    void vmsThatBelongTogetherGoTogetherOrNotAtAll() {
        String text = overloaded
                .replace("cpu_cores=0.6 memory_bytes=268435456", "cpu_cores=0.4 memory_bytes=268435456")
                .replace("cpu_cores=0.5 memory_bytes=268435456", "cpu_cores=0.3 memory_bytes=268435456")
                .replaceAll("(?m)^(vm .* name=web-. .*)$", "$1 labels=drover.affinity=a");
        assertThat(moves(plan(text))).containsExactlyInAnyOrder("web-1 -> h2", "web-2 -> h2");
        assertThat(moves(plan(load(text, "h2", 0.7)))).as("h2 has room for one").isEmpty();
    }

    /** Each of the two alone would go to h2, the emptiest. */
    @Test
    void vmsThatKeepApartDoNotMeetOnTheWay() {
        String second = line(overloaded, "host id=h1").replace("id=h1", "id=h4") + "\n"
                + line(overloaded, "vm id=00000000-0000-4000-8000-000000000001")
                        .replace("000000000001 name=web-1 owner=h1", "000000000011 name=web-8 owner=h4")
                + "\n"
                + line(overloaded, "vm id=00000000-0000-4000-8000-000000000002")
                        .replace("000000000002 name=web-2 owner=h1", "000000000012 name=web-9 owner=h4")
                + "\n";
        String text = load(overloaded, "h3", 0.25) + second;
        assertThat(moves(plan(text))).contains("web-2 -> h2").hasSize(2);
        String apart = text.replaceAll("(?m)^(vm .* name=web-[29] .*)$", "$1 labels=drover.anti-affinity=g");
        Plan plan = plan(apart);
        assertThat(plan.moves()).extracting(move -> move.vm().name()).containsExactlyInAnyOrder("web-2", "web-9");
        assertThat(plan.moves()).extracting(Move::destination).doesNotHaveDuplicates();
    }

    /** At 18:00 the evening begins: on the line between the middles of two hours the load falls, or rises. */
    @Test
    void theUsualDaySaysWhatAMoveWillBeWorth() {
        double falling = before(0.9, 0.1);
        double flat = before(0.5, 0.5);
        double rising = before(0.5, 0.9);
        assertThat(falling).isLessThan(flat * 0.9);
        assertThat(rising).isGreaterThan(flat * 1.05);
    }

    private double before(double until18, double from18) {
        List<String> hours = new ArrayList<>(Collections.nCopies(24, "0.5"));
        IntStream.range(0, 24).forEach(hour -> hours.set(hour, Double.toString(hour < 18 ? until18 : from18)));
        String text = overloaded.replaceAll("(?m)^(vm .* name=web-. .*)$", "$1 daily_cpu=" + String.join(",", hours));
        return Objects.requireNonNull(plan(text).findings().hosts().getFirst().gate())
                .before();
    }

    @Test
    void whatTheDestinationHoldsAlreadyIsFree() {
        Plan plan = plan(overloaded + "held vm=00000000-0000-4000-8000-000000000001 host=h2 bytes=2147483648\n");
        assertThat(moves(plan)).containsExactly("web-1 -> h2");
    }

    /** A host's load in all its samples. */
    private static String load(String text, String host, double cores) {
        String line = line(text, "host id=" + host);
        return text.replace(line, line.replaceAll("Z/[0-9.]+/", "Z/" + cores + "/"));
    }

    private static String line(String text, String begin) {
        return text.lines().filter(line -> line.startsWith(begin)).findFirst().orElseThrow();
    }

    private static Plan plan(String text) {
        return new PricedMoves().plan(SnapshotText.read(text));
    }

    private static List<String> moves(Plan plan) {
        return plan.moves().stream()
                .map(move -> move.vm().name() + " -> " + move.destination())
                .toList();
    }
}
