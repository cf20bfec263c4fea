package io.drover.demo;

import io.drover.messages.MigrationState;
import io.drover.messages.api.MigrationDocument;
import io.drover.testbed.evidence.HeartbeatEvidence;
import io.drover.testbed.evidence.HeartbeatVerdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Draws the conclusions from the evidence, and from nothing else. */
final class Proof {
    private static final double COMPARED_MIN = 0.95;
    private static final double HIGH_MARK = 0.8;
    private static final List<MigrationState> WAY = List.of(
            MigrationState.QUEUED,
            MigrationState.PREPARING,
            MigrationState.REPLICATING,
            MigrationState.SWITCHING,
            MigrationState.RESUMING,
            MigrationState.FINISHING,
            MigrationState.COMPLETED);

    private Proof() {}

    static List<Check> of(Evidence evidence) {
        List<Check> checks = new ArrayList<>();
        for (MigrationDocument migration : evidence.migrations()) {
            checks.add(transitions(migration));
            checks.add(copy(migration));
        }
        evidence.heartbeats().forEach(beats -> checks.add(oneRunner(beats)));
        evidence.heartbeats().forEach(beats -> checks.add(witness(beats)));
        evidence.disks().forEach(disk -> checks.add(disk(disk)));
        evidence.retired().forEach(copy -> checks.add(retired(copy)));
        checks.add(relief(evidence));
        return checks;
    }

    private static Check transitions(MigrationDocument migration) {
        List<MigrationState> way =
                migration.transitions().stream().map(step -> step.to()).toList();
        String text =
                String.join(" > ", way.stream().map(MigrationState::wireName).toList());
        return new Check(name(migration) + " went its way in PostgreSQL", way.equals(WAY), text);
    }

    private static Check copy(MigrationDocument migration) {
        CopyFigures figures = CopyFigures.of(migration);
        boolean holds = figures.comparedFraction() >= COMPARED_MIN
                && figures.different() == 0
                && figures.regionsUnequal() == 0
                && figures.notCompared().isEmpty();
        String detail = String.format(
                Locale.ROOT,
                "%d of %d blocks compared (%.2f %%), %d rewritten by the guest, %d different%s",
                figures.compared(),
                figures.blocks(),
                figures.comparedFraction() * 100,
                figures.rewritten(),
                figures.different(),
                figures.notCompared().isEmpty() ? "" : "; not compared: " + figures.notCompared());
        return new Check(name(migration) + ": the destination's disks hold what the source's held", holds, detail);
    }

    private static Check oneRunner(HeartbeatEvidence beats) {
        HeartbeatVerdict verdict = beats.verdict();
        String detail = String.format(
                Locale.ROOT,
                "%d heartbeats at %.1f a second over %d consoles, longest gap %d ms%s",
                verdict.heartbeats(),
                verdict.ratePerSecond(),
                beats.recordings().size(),
                Duration.ofNanos(verdict.longestGapNanos()).toMillis(),
                verdict.problems().isEmpty() ? "" : "; " + String.join("; ", verdict.problems()));
        return new Check(beats.guest() + " ran once at any time", beats.holds(), detail);
    }

    private static Check witness(HeartbeatEvidence beats) {
        HeartbeatVerdict verdict = beats.verdict();
        boolean holds = verdict.errors() == 0 && verdict.blocksVerified() > 0 && verdict.pagesVerified() > 0;
        String detail = verdict.blocksVerified() + " blocks and " + verdict.pagesVerified() + " pages verified, "
                + verdict.errors() + " errors";
        return new Check(beats.guest() + "'s witness found its disk, memory and swap whole", holds, detail);
    }

    private static Check disk(Evidence.DiskAtEnd disk) {
        boolean holds = disk.problems().isEmpty() && disk.files() > 0;
        String detail = disk.files() + " files" + (holds ? "" : "; " + String.join("; ", disk.problems()));
        return new Check(
                disk.guest() + "'s file system on " + disk.host() + " is clean and its files are what they were",
                holds,
                detail);
    }

    private static Check retired(Evidence.RetiredCopy copy) {
        String detail = (copy.kept() ? "kept read-only" : "NOT kept read-only")
                + (copy.original() ? ", the original still stands" : "")
                + (copy.vmGone() ? "" : ", a process is left");
        return new Check(
                "the copy of " + copy.image() + " on " + copy.host() + " is retired", copy.asItShould(), detail);
    }

    private static Check relief(Evidence evidence) {
        var source = evidence.migrations().getFirst().migration().task().source();
        var text = new ArrayList<String>();
        boolean holds = false;
        for (Evidence.HostLoadChange load : evidence.loads()) {
            text.add(String.format(
                    Locale.ROOT,
                    "%s %.0f %% > %.0f %%",
                    load.host(),
                    100 * load.before() / load.capacityCores(),
                    100 * load.after() / load.capacityCores()));
            if (load.host().equals(source)) {
                holds = load.before() > HIGH_MARK * load.capacityCores()
                        && load.after() < HIGH_MARK * load.capacityCores();
            }
        }
        return new Check(source + " was overloaded and is not any more", holds, String.join(", ", text));
    }

    private static String name(MigrationDocument migration) {
        var task = migration.migration().task();
        return migration.migration().vmName() + " " + task.source() + " > " + task.destination() + " by "
                + task.algorithm();
    }
}
