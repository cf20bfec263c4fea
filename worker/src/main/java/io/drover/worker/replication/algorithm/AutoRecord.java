package io.drover.worker.replication.algorithm;

import io.drover.messages.evidence.disk.AlgorithmEvidence;
import io.drover.messages.evidence.disk.AlgorithmEvidence.ActualFigures;
import io.drover.messages.evidence.disk.AlgorithmEvidence.MeasuredFigures;
import io.drover.messages.evidence.disk.AlgorithmEvidence.PredictedFigures;
import io.drover.worker.replication.algorithm.AutoCandidates.Choice;
import io.drover.worker.replication.prediction.Prediction;
import io.drover.worker.replication.prediction.Situation;
import java.time.Duration;
import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;

/** What was predicted, what was chosen and what came of it. */
final class AutoRecord {
    private @Nullable Choice early;
    private @Nullable Choice choice;
    private @Nullable MeasuredFigures measured;
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
        double workingSet = situation.writes().workingSetBytes();
        measured = new MeasuredFigures(
                Math.round(situation.bytesPerSecond()),
                Math.round(situation.writes().bytesPerSecond()),
                Double.isInfinite(workingSet) ? -1 : Math.round(workingSet));
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

    AlgorithmEvidence evidence() {
        Choice made = choice;
        Choice first = early;
        if (made == null || first == null) {
            return AlgorithmEvidence.NONE;
        }
        var considered = new LinkedHashMap<String, PredictedFigures>();
        made.predictions().forEach((name, prediction) -> considered.put(name, figures(prediction)));
        // For the algorithm that was taken, so that like is held against like.
        Prediction foretold = first.predictions().get(made.best().name());
        return new AlgorithmEvidence(
                made.best().name(),
                figures(foretold == null ? made.prediction() : foretold),
                measured,
                considered,
                over && pause != null ? new ActualFigures(seconds(spent), wireBytes, pause.toMillis()) : null);
    }

    private static PredictedFigures figures(Prediction p) {
        return new PredictedFigures(
                Math.round(p.seconds() * 1000) / 1000.0,
                Math.round(p.wireBytes()),
                Math.round(p.downtimeSeconds() * 1000),
                Math.round(p.guestDelaySeconds() * 1000),
                p.converges());
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }
}
