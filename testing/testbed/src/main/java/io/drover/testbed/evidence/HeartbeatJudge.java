package io.drover.testbed.evidence;

import io.drover.testbed.evidence.HeartbeatVerdict.ConsoleSummary;
import io.drover.testbed.evidence.HeartbeatVerdict.Handover;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Draws the conclusions. One object a judgement; pure but for what it gathers. */
final class HeartbeatJudge {
    private static final double NANOS_PER_SECOND = 1e9;
    /** More sentences of one kind say nothing more. */
    private static final int PROBLEMS_MAX = 50;

    private static final List<String> ALARMS = List.of("ERR ", "FATAL", "Kernel panic", "BUG:", "Oops:");

    private record Beat(int console, long atNanos, Heartbeat heartbeat) {
        long number() {
            return heartbeat.number();
        }
    }

    private final List<ConsoleRecording> recordings;
    private final List<List<Beat>> byConsole = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();

    private HeartbeatJudge(List<ConsoleRecording> recordings) {
        this.recordings = recordings;
    }

    static HeartbeatVerdict judge(HeartbeatLimits limits, List<ConsoleRecording> recordings) {
        return new HeartbeatJudge(recordings).verdict(limits);
    }

    private HeartbeatVerdict verdict(HeartbeatLimits limits) {
        for (int console = 0; console < recordings.size(); console++) {
            byConsole.add(beatsOf(console));
            findAlarms(recordings.get(console));
        }
        List<Beat> beats = byConsole.stream().flatMap(List::stream).toList();
        findDuplicates(beats);
        findOverlaps();
        findDisorder(beats);
        long missing = countMissing(beats);
        Gap gap = longestGap(beats);
        double rate = rate(beats);
        checkLimits(limits, gap, rate, beats.size());
        Heartbeat last = beats.isEmpty()
                ? new Heartbeat(0, 0, 0, 0, 0, 0)
                : beats.getLast().heartbeat();
        if (last.errors() > 0) {
            problem("the witness counted " + last.errors() + " errors");
        }
        return new HeartbeatVerdict(
                problems,
                beats.size(),
                missing,
                rate,
                gap.nanos(),
                gap.after(),
                handovers(),
                summaries(),
                last.blocksWritten(),
                last.blocksVerified(),
                last.pagesVerified(),
                last.errors());
    }

    /** A line begun on the console before and ended on this one belongs to this one: here the guest went on. */
    private List<Beat> beatsOf(int console) {
        var beats = new ArrayList<Beat>();
        List<ConsoleLine> lines = recordings.get(console).lines();
        ConsoleLine begun = console == 0 ? null : recordings.get(console - 1).tail();
        if (begun != null && !lines.isEmpty() && Heartbeat.parse(begun.text()).isEmpty()) {
            var joined = new ConsoleLine(
                    lines.getFirst().atNanos(), begun.text() + lines.getFirst().text());
            beat(console, joined).ifPresent(beats::add);
        }
        lines.forEach(line -> beat(console, line).ifPresent(beats::add));
        ConsoleLine tail = recordings.get(console).tail();
        if (tail != null) {
            beat(console, tail).ifPresent(beats::add); // only its end is missing
        }
        return beats;
    }

    private static Optional<Beat> beat(int console, ConsoleLine line) {
        return Heartbeat.parse(line.text()).map(heartbeat -> new Beat(console, line.atNanos(), heartbeat));
    }

    private void findAlarms(ConsoleRecording recording) {
        for (ConsoleLine line : recording.lines()) {
            if (ALARMS.stream().anyMatch(line.text()::contains)) {
                problem(recording.console() + ": " + line.text());
            }
        }
    }

    private void findDuplicates(List<Beat> beats) {
        Map<Long, Beat> seen = new HashMap<>();
        for (Beat beat : beats) {
            Beat earlier = seen.putIfAbsent(beat.number(), beat);
            if (earlier != null) {
                problem("heartbeat %d came twice: from %s and from %s"
                        .formatted(beat.number(), name(earlier), name(beat)));
            }
        }
    }

    /** None may come from a console once a later one has begun: that would be two running guests. */
    private void findOverlaps() {
        for (int earlier = 0; earlier < byConsole.size(); earlier++) {
            for (int later = earlier + 1; later < byConsole.size(); later++) {
                if (!byConsole.get(earlier).isEmpty() && !byConsole.get(later).isEmpty()) {
                    findOverlap(
                            byConsole.get(earlier).getLast(),
                            byConsole.get(later).getFirst());
                }
            }
        }
    }

    private void findOverlap(Beat last, Beat first) {
        if (last.atNanos() >= first.atNanos()) {
            problem("heartbeat %d came from %s after %s had begun with %d"
                    .formatted(last.number(), name(last), name(first), first.number()));
        }
    }

    private void findDisorder(List<Beat> beats) {
        for (int i = 1; i < beats.size(); i++) {
            Beat before = beats.get(i - 1);
            Beat beat = beats.get(i);
            if (beat.number() < before.number()) {
                problem("heartbeat %d from %s came after %d from %s"
                        .formatted(beat.number(), name(beat), before.number(), name(before)));
            } else if (countersWentBack(before.heartbeat(), beat.heartbeat())) {
                problem("a counter went back at heartbeat %d from %s".formatted(beat.number(), name(beat)));
            }
        }
    }

    private static boolean countersWentBack(Heartbeat before, Heartbeat after) {
        return after.blocksWritten() < before.blocksWritten()
                || after.blocksVerified() < before.blocksVerified()
                || after.pagesVerified() < before.pagesVerified()
                || after.errors() < before.errors();
    }

    private long countMissing(List<Beat> beats) {
        long[] numbers =
                beats.stream().mapToLong(Beat::number).sorted().distinct().toArray();
        if (numbers.length == 0) {
            return 0;
        }
        long missing = numbers[numbers.length - 1] - numbers[0] + 1 - numbers.length;
        for (int i = 1; i < numbers.length; i++) {
            if (numbers[i] != numbers[i - 1] + 1) {
                problem("heartbeats from %d to %d are missing".formatted(numbers[i - 1] + 1, numbers[i] - 1));
            }
        }
        return missing;
    }

    private record Gap(long nanos, long after) {}

    private static Gap longestGap(List<Beat> beats) {
        var longest = new Gap(0, 0);
        for (int i = 1; i < beats.size(); i++) {
            long nanos = beats.get(i).atNanos() - beats.get(i - 1).atNanos();
            if (nanos > longest.nanos()) {
                longest = new Gap(nanos, beats.get(i - 1).number());
            }
        }
        return longest;
    }

    private static double rate(List<Beat> beats) {
        if (beats.size() < 2) {
            return 0;
        }
        long nanos = beats.getLast().atNanos() - beats.getFirst().atNanos();
        return nanos <= 0 ? 0 : (beats.size() - 1) * NANOS_PER_SECOND / nanos;
    }

    private void checkLimits(HeartbeatLimits limits, Gap gap, double rate, int count) {
        if (count == 0) {
            problem("no heartbeat came at all");
        } else if (rate < limits.ratePerSecondMin()) {
            problem("%.1f heartbeats a second are less than %.1f".formatted(rate, limits.ratePerSecondMin()));
        }
        if (gap.nanos() > limits.gapNanosMax()) {
            problem("%d ms without a heartbeat after number %d are more than %d"
                    .formatted(gap.nanos() / 1_000_000, gap.after(), limits.gapNanosMax() / 1_000_000));
        }
    }

    private List<Handover> handovers() {
        var handovers = new ArrayList<Handover>();
        Beat last = null;
        for (List<Beat> beats : byConsole) {
            if (beats.isEmpty()) {
                continue;
            }
            Beat first = beats.getFirst();
            if (last != null) {
                long pause = first.atNanos() - last.atNanos();
                handovers.add(new Handover(name(last), name(first), last.number(), first.number(), pause));
            }
            last = beats.getLast();
        }
        return handovers;
    }

    private List<ConsoleSummary> summaries() {
        var summaries = new ArrayList<ConsoleSummary>();
        for (int console = 0; console < recordings.size(); console++) {
            summaries.add(summary(recordings.get(console), byConsole.get(console)));
        }
        return summaries;
    }

    private static ConsoleSummary summary(ConsoleRecording recording, List<Beat> beats) {
        int lines = recording.lines().size();
        if (beats.isEmpty()) {
            return new ConsoleSummary(recording.console(), lines, 0, 0, 0, 0, 0);
        }
        Beat first = beats.getFirst();
        Beat last = beats.getLast();
        return new ConsoleSummary(
                recording.console(),
                lines,
                beats.size(),
                first.number(),
                last.number(),
                first.atNanos(),
                last.atNanos());
    }

    private String name(Beat beat) {
        return recordings.get(beat.console()).console();
    }

    private void problem(String sentence) {
        if (problems.size() < PROBLEMS_MAX) {
            problems.add(sentence);
        }
    }
}
