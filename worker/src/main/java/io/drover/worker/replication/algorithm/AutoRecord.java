package io.drover.worker.replication.algorithm;

import io.drover.worker.replication.algorithm.AutoCandidates.Choice;
import io.drover.worker.replication.prediction.Prediction;
import io.drover.worker.replication.prediction.Situation;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What was predicted, what was chosen and what came of it. */
final class AutoRecord {
    private final Map<String, Object> measured = new LinkedHashMap<>();
    private final Map<String, Object> considered = new LinkedHashMap<>();
    private @Nullable Choice early;
    private @Nullable Choice choice;
    private @Nullable Duration pause;
    private long wireBytes;
    private boolean over;
    private Duration spent = Duration.ZERO;

    /** The first prediction stands; later ones would be easier. */
    void predicted(Choice made) {
        if (early == null) {
            early = made;
        }
    }

    void chose(Choice made, Situation situation) {
        predicted(made);
        choice = made;
        measured.put("link_bytes_per_second", Math.round(situation.bytesPerSecond()));
        measured.put("dirty_bytes_per_second", Math.round(situation.writes().bytesPerSecond()));
        double workingSet = situation.writes().workingSetBytes();
        measured.put("working_set_bytes", Double.isInfinite(workingSet) ? -1 : Math.round(workingSet));
        made.predictions().forEach((name, prediction) -> considered.put(name, figures(prediction)));
    }

    void spent(Duration more) {
        spent = spent.plus(more);
    }

    void finished(Duration took, long bytes) {
        pause = took;
        wireBytes = bytes;
        over = true;
    }

    /** What was foretold has the pull in it: there is no outcome before its end. */
    void isPulled() {
        over = false;
    }

    void pulled(long bytes) {
        wireBytes += bytes;
        over = true;
    }

    Map<String, Object> evidence() {
        var evidence = new LinkedHashMap<String, Object>();
        Choice made = choice;
        Choice first = early;
        if (made == null || first == null) {
            return evidence;
        }
        evidence.put("chosen", made.best().name());
        // For the algorithm that was taken, so that like is held against like.
        Prediction foretold = first.predictions().get(made.best().name());
        evidence.put("predicted", figures(foretold == null ? made.prediction() : foretold));
        evidence.put("measured", measured);
        evidence.put("considered", considered);
        if (over && pause != null) {
            evidence.put(
                    "outcome",
                    Map.of("seconds", seconds(spent), "wire_bytes", wireBytes, "downtime_ms", pause.toMillis()));
        }
        return evidence;
    }

    private static Map<String, Object> figures(Prediction p) {
        var figures = new LinkedHashMap<String, Object>();
        figures.put("seconds", Math.round(p.seconds() * 1000) / 1000.0);
        figures.put("wire_bytes", Math.round(p.wireBytes()));
        figures.put("downtime_ms", Math.round(p.downtimeSeconds() * 1000));
        figures.put("guest_delay_ms", Math.round(p.guestDelaySeconds() * 1000));
        figures.put("converges", p.converges());
        return figures;
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }
}
