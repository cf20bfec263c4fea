package io.drover.worker.replication.prediction;

/** Foretells one algorithm; a pure function. */
@FunctionalInterface
public interface Predictor {
    Prediction predict(Situation situation);
}
