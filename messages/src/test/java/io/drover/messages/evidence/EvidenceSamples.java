package io.drover.messages.evidence;

import io.drover.messages.DiskId;
import io.drover.messages.ImageName;
import io.drover.messages.evidence.ComparedDisks.RunningComparison;
import io.drover.messages.evidence.ComparedRest.RestComparison;
import io.drover.messages.evidence.CopiedImages.CopiedImage;
import io.drover.messages.evidence.JournalledEvidence.PauseFigures;
import io.drover.messages.evidence.PulledRest.PushedBlocks;
import io.drover.messages.evidence.ReplicatedDisks.ReplicatedDisk;
import io.drover.messages.evidence.disk.AlgorithmEvidence;
import io.drover.messages.evidence.disk.AlgorithmEvidence.ActualFigures;
import io.drover.messages.evidence.disk.AlgorithmEvidence.MeasuredFigures;
import io.drover.messages.evidence.disk.AlgorithmEvidence.PredictedFigures;
import io.drover.messages.evidence.disk.CopyComparison;
import io.drover.messages.evidence.disk.CopyComparison.Compared;
import io.drover.messages.evidence.disk.CopyComparison.ComparedRegion;
import io.drover.messages.evidence.disk.CopyComparison.NotCompared;
import io.drover.messages.evidence.disk.DiskSize;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The evidence of every step, with every part that can be there; where parts can be absent, once more without them. */
final class EvidenceSamples {
    private static final DiskId DATA = new DiskId("data");
    private static final DiskId SWAP = new DiskId("swap");

    private EvidenceSamples() {}

    /** By the name of the step, and after a dot what is special. */
    static Map<String, JournalledEvidence> all() {
        var samples = new TreeMap<String, JournalledEvidence>();
        beforeThePause().forEach(sample -> samples.put(name(sample), new JournalledEvidence(sample, null)));
        inThePause().forEach(sample -> samples.put(name(sample), inPause(sample)));
        afterThePause().forEach(sample -> samples.put(name(sample), new JournalledEvidence(sample, null)));
        samples.put("prepare-destination.no-base", new JournalledEvidence(new PreparedDestination(null), null));
        samples.put("pull-rest.later-worker", new JournalledEvidence(pulled(null), null));
        samples.put("give-ownership.stopped", new JournalledEvidence(new GivenOwnership(3, "stopped"), null));
        return samples;
    }

    private static JournalledEvidence inPause(StepEvidence sample) {
        return new JournalledEvidence(sample, new PauseFigures(sample instanceof MigratedMemory ? -740 : 12, 34));
    }

    private static String name(StepEvidence sample) {
        return EvidenceRecords.byStep().entrySet().stream()
                .filter(entry -> entry.getValue() == sample.getClass())
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseThrow();
    }

    private static List<StepEvidence> beforeThePause() {
        return List.of(
                new CheckedVm("running", Map.of(DATA, new DiskSize(1 << 30), SWAP, new DiskSize(1 << 28))),
                new ConnectedDestination("host2.example.org:16510", 2),
                new PreparedDestination(Map.of(new ImageName("debian-12.raw"), 734_003_200L)),
                new OpenedDisks(Map.of(DATA, new DiskSize(1 << 30), SWAP, new DiskSize(1 << 28))),
                new ReplicatedDisks(
                        3,
                        65_536,
                        0.5,
                        Map.of(
                                DATA,
                                new ReplicatedDisk("auto", 2, 1 << 30, 4096, 900_000_000, 65_536, foretold(null)),
                                SWAP,
                                new ReplicatedDisk("pre-copy", 1, 4096, 0, 4200, 0, AlgorithmEvidence.NONE))),
                new CopiedImages(Map.of(DATA, new CopiedImage(1 << 30, 800_000_000, 4096, 799_000_000))),
                new ComparedDisks(Map.of(DATA, new RunningComparison(2, 262_200, 7))),
                new ComparedImages(Map.of(DATA, same())));
    }

    private static List<StepEvidence> inThePause() {
        return List.of(
                new MigratedMemory(250_000_000, 300, List.of("xbzrle", "throttle")),
                new SentRest(
                        21,
                        Map.of(DATA, 900_000_100L, SWAP, 4200L),
                        Map.of(DATA, foretold(new ActualFigures(8.25, 900_000_100, 21)), SWAP, AlgorithmEvidence.NONE)),
                new ComparedRest(9, "SHA-256", Map.of(DATA, new RestComparison(262_144, 7, List.of(4096L), 0))),
                new CompletedSwitchover("postmigrate", "complete", 251_000_000),
                new GivenOwnership(3, "postmigrate"),
                new ResumedDestination(true, "connection reset"));
    }

    private static List<StepEvidence> afterThePause() {
        return List.of(
                pulled(foretold(new ActualFigures(9.5, 900_000_100, 21))),
                new VerifiedCopy(Map.of(DATA, same(), SWAP, new NotCompared("it is not reachable"))),
                new RetiredSource(List.of("web-1-data.raw", "web-1-swap.raw"), "yes"));
    }

    private static PulledRest pulled(@Nullable AlgorithmEvidence algorithm) {
        return new PulledRest(1500, Map.of(DATA, new PushedBlocks(40_000_000, 39_000_000, algorithm)));
    }

    private static AlgorithmEvidence foretold(@Nullable ActualFigures outcome) {
        var considered = new LinkedHashMap<String, PredictedFigures>();
        considered.put("pre-copy", new PredictedFigures(8.125, 890_000_000, 20, 0, true));
        considered.put("mirror", new PredictedFigures(9, 950_000_000, 5, 2, false));
        return new AlgorithmEvidence(
                "pre-copy",
                new PredictedFigures(8.5, 880_000_000, 25, 1, true),
                new MeasuredFigures(125_000_000, 1_000_000, -1),
                considered,
                outcome);
    }

    private static CopyComparison same() {
        String digest = "ab".repeat(32);
        return new Compared(262_144, 262_100, 44, List.of(8192L), List.of(new ComparedRegion(0, 1000, digest, digest)));
    }
}
