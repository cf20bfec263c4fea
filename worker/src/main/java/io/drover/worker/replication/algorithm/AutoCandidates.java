package io.drover.worker.replication.algorithm;

import io.drover.messages.DiskRole;
import io.drover.worker.replication.ReplicationAlgorithm;
import io.drover.worker.replication.prediction.Prediction;
import io.drover.worker.replication.prediction.Predictor;
import io.drover.worker.replication.prediction.Predictors;
import io.drover.worker.replication.prediction.Situation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Predicate;

/** What {@link Auto} chooses among once the bulk is over: a line an algorithm. */
final class AutoCandidates {
    /** What a second of pause over the budget is worth in seconds of copying; it is the guest's users who wait. */
    private static final double PAUSE_WEIGHT = 20;

    /** The same for a delay of each write outside the pause. */
    private static final double DELAY_WEIGHT = 100;

    private static final List<Candidate> ALL = List.of(
            new Candidate(StopAndCopy.NAME, Predictors::stopAfterBulk, any(), RestInPause::new),
            new Candidate(PreCopy.NAME, Predictors::preCopy, any(), prefix -> prefix),
            new Candidate(Mirror.NAME, Predictors::lateMirror, notSwap(), Mirror::new),
            // Post-copy proper is no candidate: its bulk comes after the switch, and here it has been sent.
            new Candidate(Hybrid.NAME, Predictors::hybrid, pullAllowed(), Hybrid::new),
            // It cannot use what the bulk has sent: for comparison only.
            new Candidate(QemuMirror.NAME, Predictors::qemuMirror, never(), prefix -> prefix));

    private AutoCandidates() {}

    /**
     * One way to go on after the bulk.
     *
     * @param suits whether it may be chosen there at all; it is predicted in any case
     * @param next what goes on, given the pre-copy that sent the bulk and holds its account
     */
    record Candidate(
            String name,
            Predictor predictor,
            Predicate<Situation> suits,
            Function<PreCopy, ReplicationAlgorithm> next) {}

    /** All predictions by name, and which is the best. */
    record Choice(Candidate best, Map<String, Prediction> predictions) {
        Prediction prediction() {
            return Objects.requireNonNull(predictions.get(best.name()));
        }
    }

    static Choice choose(Situation situation) {
        return choose(situation, ALL);
    }

    static Choice choose(Situation situation, List<Candidate> candidates) {
        var predictions = new LinkedHashMap<String, Prediction>();
        var suitable = new ArrayList<Candidate>();
        for (Candidate candidate : candidates) {
            predictions.put(candidate.name(), candidate.predictor().predict(situation));
            if (candidate.suits().test(situation)) {
                suitable.add(candidate);
            }
        }
        Candidate best = suitable.getFirst();
        for (Candidate candidate : suitable) {
            if (cost(situation, predictions, candidate) < cost(situation, predictions, best)) {
                best = candidate;
            }
        }
        return new Choice(best, predictions);
    }

    private static double cost(Situation situation, Map<String, Prediction> predictions, Candidate candidate) {
        Prediction p = Objects.requireNonNull(predictions.get(candidate.name()));
        double over = p.downtimeSeconds() - situation.terms().pauseBudget().toNanos() / 1e9;
        double cost = p.seconds() + PAUSE_WEIGHT * Math.max(0, over) + DELAY_WEIGHT * p.guestDelaySeconds();
        // Of those that never end the least bad: the migration's own limits will have the last word.
        return p.converges() ? cost : 1e9 + p.downtimeSeconds();
    }

    static Predicate<Situation> any() {
        return s -> true;
    }

    static Predicate<Situation> never() {
        return s -> false;
    }

    /** QEMU 7.2 throws guest discards away under a mirror, and of swap they are half the content. */
    static Predicate<Situation> notSwap() {
        return s -> s.role() != DiskRole.SWAP;
    }

    /** The VM depends on both hosts until everything is pulled. */
    static Predicate<Situation> pullAllowed() {
        return s -> s.terms().pullAllowed();
    }
}
