package io.drover.testbed.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.testbed.evidence.HeartbeatVerdict.Handover;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Every sequence here that is not in order must be found out, or the evidence of a migration means nothing. */
class HeartbeatEvidenceTest {
    private static final long PERIOD_NANOS = 40_000_000;
    private static final HeartbeatLimits LIMITS = new HeartbeatLimits(20, 500_000_000);

    @Test
    void oneGuestThatMovesOnceHolds() {
        HeartbeatEvidence evidence = judge(console("a", 1, 50), console("b", 51, 100));

        assertThat(evidence.verdict().problems()).isEmpty();
        assertThat(evidence.holds()).isTrue();
        assertThat(evidence.verdict().heartbeats()).isEqualTo(100);
        assertThat(evidence.verdict().ratePerSecond()).isBetween(24.9, 25.1);
        assertThat(evidence.verdict().handovers()).containsExactly(new Handover("a", "b", 50, 51, PERIOD_NANOS));
    }

    @Test
    void thePauseIsTheGapBetweenTheConsoles() {
        ConsoleRecording later = shifted(console("b", 51, 100), 300_000_000);
        HeartbeatVerdict verdict = judge(console("a", 1, 50), later).verdict();

        assertThat(verdict.problems()).isEmpty();
        assertThat(verdict.longestGapNanos()).isEqualTo(340_000_000);
        assertThat(verdict.longestGapAfter()).isEqualTo(50);
        assertThat(verdict.handovers().getFirst().pauseNanos()).isEqualTo(340_000_000);
    }

    @Test
    void aGuestThatGoesThereAndBackAgainHolds() {
        HeartbeatEvidence evidence = judge(console("a", 1, 20), console("b", 21, 40), console("a", 41, 60));
        assertThat(evidence.verdict().problems()).isEmpty();
        assertThat(evidence.verdict().handovers()).hasSize(2);
    }

    @Test
    void aDestinationThatNeverRanTheGuestStaysSilent() {
        HeartbeatVerdict verdict = judge(console("a", 1, 50), new ConsoleRecording("b", List.of(), null))
                .verdict();
        assertThat(verdict.problems()).isEmpty();
        assertThat(verdict.consoles().get(1).heartbeats()).isZero();
    }

    @Test
    void aNumberSeenTwiceIsTwoGuests() {
        assertProblem(judge(console("a", 1, 51), console("b", 51, 100)), "heartbeat 51 came twice: from a and from b");
    }

    @Test
    void aNumberSeenTwiceOnOneConsoleIsFound() {
        ConsoleRecording twice = with(console("a", 1, 50), line(51, beat(50)));
        assertProblem(judge(twice), "heartbeat 50 came twice");
    }

    @Test
    void aHeartbeatFromTheSourceAfterTheDestinationsFirstIsFound() {
        ConsoleRecording source = with(console("a", 1, 49), line(60, beat(50)));
        assertProblem(judge(source, console("b", 51, 100)), "heartbeat 50 came from a after b had begun with 51");
    }

    @Test
    void disorderIsFound() {
        ConsoleRecording swapped = with(with(console("a", 1, 50), line(51, beat(52))), line(52, beat(51)));
        assertProblem(judge(swapped), "heartbeat 51 from a came after 52");
    }

    @Test
    void aDestinationThatBeginsWithAnOlderNumberIsFound() {
        ConsoleRecording older = shifted(console("b", 40, 49), 41 * PERIOD_NANOS);
        assertProblem(judge(console("a", 1, 50), older), "heartbeat 40 from b came after 50 from a");
    }

    @Test
    void missingHeartbeatsAreFound() {
        HeartbeatEvidence evidence = judge(console("a", 1, 50), console("b", 53, 100));
        assertProblem(evidence, "heartbeats from 51 to 52 are missing");
        assertThat(evidence.verdict().missing()).isEqualTo(2);
    }

    @Test
    void aLongPauseIsFound() {
        assertProblem(judge(console("a", 1, 50), shifted(console("b", 51, 100), 600_000_000)), "640 ms without");
    }

    @Test
    void aLowRateIsFound() {
        var lines = LongStream.rangeClosed(1, 50)
                .mapToObj(n -> line(n * 2, beat(n)))
                .toList();
        assertProblem(judge(new ConsoleRecording("a", lines, null)), "12.5 heartbeats a second are less than 20.0");
    }

    @Test
    void silenceIsFound() {
        assertProblem(judge(new ConsoleRecording("a", List.of(), null)), "no heartbeat came at all");
    }

    @Test
    void aCounterThatGoesBackIsOldMemory() {
        ConsoleRecording old = with(console("a", 1, 50), line(51, new Heartbeat(51, 40, 51, 51, 0, 1).line()));
        assertProblem(judge(old), "a counter went back at heartbeat 51");
    }

    @Test
    void anErrorOfTheWitnessIsFound() {
        assertProblem(judge(with(console("a", 1, 50), line(50, "ERR block 7: content differs"))), "ERR block 7");
    }

    @Test
    void anErrorOnlyCountedIsFound() {
        ConsoleRecording counted = with(console("a", 1, 50), line(51, new Heartbeat(51, 51, 51, 51, 2, 1).line()));
        assertProblem(judge(counted), "the witness counted 2 errors");
    }

    @Test
    void aPanicIsFound() {
        assertProblem(judge(with(console("a", 1, 50), line(50, "[ 9.1] Kernel panic - not syncing"))), "Kernel panic");
    }

    @Test
    void aLineTornByTheSwitchoverIsPutTogether() {
        for (int cut = 0; cut <= beat(51).length(); cut++) {
            ConsoleRecording source = console("a", 1, 50);
            ConsoleLine tail = cut == 0 ? null : line(51, beat(51).substring(0, cut));
            var lines = new ArrayList<ConsoleLine>();
            lines.add(line(52, beat(51).substring(cut)));
            lines.addAll(shifted(console("b", 52, 100), PERIOD_NANOS).lines());

            HeartbeatEvidence evidence =
                    judge(new ConsoleRecording("a", source.lines(), tail), new ConsoleRecording("b", lines, null));

            assertThat(evidence.verdict().problems()).as("cut at %d", cut).isEmpty();
            assertThat(evidence.verdict().heartbeats()).as("cut at %d", cut).isEqualTo(100);
        }
    }

    @Test
    void jsonCarriesAllThatTheVerdictNeeds() {
        HeartbeatEvidence evidence = judge(console("a", 1, 50), console("b", 51, 100));
        HeartbeatEvidence read = HeartbeatEvidence.fromJson(evidence.toJson());

        assertThat(read).isEqualTo(evidence);
        assertThat(read.recompute()).isEqualTo(evidence.verdict());
    }

    @Test
    void aVerdictThatTheLinesDoNotSupportDoesNotHold() {
        HeartbeatEvidence good = judge(console("a", 1, 50), console("b", 51, 100));
        var forged = new HeartbeatEvidence(
                "guest", LIMITS, List.of(console("a", 1, 51), console("b", 51, 100)), good.verdict());
        assertThat(forged.holds()).isFalse();
    }

    private static void assertProblem(HeartbeatEvidence evidence, String problem) {
        assertThat(evidence.verdict().problems()).anyMatch(sentence -> sentence.contains(problem));
        assertThat(evidence.holds()).isFalse();
        assertThat(HeartbeatEvidence.fromJson(evidence.toJson()).recompute()).isEqualTo(evidence.verdict());
    }

    private static HeartbeatEvidence judge(ConsoleRecording... recordings) {
        return HeartbeatEvidence.of("guest", LIMITS, List.of(recordings));
    }

    private static ConsoleRecording console(String name, long first, long last) {
        var lines = LongStream.rangeClosed(first, last)
                .mapToObj(n -> line(n, beat(n)))
                .toList();
        return new ConsoleRecording(name, lines, null);
    }

    private static ConsoleRecording with(ConsoleRecording recording, ConsoleLine line) {
        var lines = new ArrayList<>(recording.lines());
        lines.add(line);
        return new ConsoleRecording(recording.console(), lines, recording.tail());
    }

    private static ConsoleRecording shifted(ConsoleRecording recording, long nanos) {
        var lines = recording.lines().stream()
                .map(line -> new ConsoleLine(line.atNanos() + nanos, line.text()))
                .toList();
        return new ConsoleRecording(recording.console(), lines, shifted(recording.tail(), nanos));
    }

    private static @Nullable ConsoleLine shifted(@Nullable ConsoleLine line, long nanos) {
        return line == null ? null : new ConsoleLine(line.atNanos() + nanos, line.text());
    }

    private static ConsoleLine line(long tick, String text) {
        return new ConsoleLine(tick * PERIOD_NANOS, text);
    }

    private static String beat(long number) {
        return new Heartbeat(number, number, number, number, 0, 100).line();
    }
}
