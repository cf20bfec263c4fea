package io.drover.bench.report;

import io.drover.bench.trial.Measurement;
import io.drover.messages.evidence.MigratedMemory;
import io.drover.messages.evidence.ReplicatedDisks;
import io.drover.messages.evidence.VerifiedCopy;
import java.util.List;
import java.util.Map;

/** Measurements as tests need them. */
final class Figures {
    private Figures() {}

    /** One that converged and was verified, its guest having written {@code achieved} of what it should. */
    static Measurement of(String situation, String contender, double totalS, double achieved) {
        return of(situation, contender, 1, totalS, achieved, Map.of());
    }

    static Measurement of(
            String situation, String contender, int run, double totalS, double achieved, Map<String, Number> figures) {
        return new Measurement(
                situation,
                contender,
                run,
                totalS,
                0,
                105_000_000,
                0,
                100_000_000,
                400,
                40,
                20,
                50,
                achieved,
                3,
                true,
                true,
                Map.of(ReplicatedDisks.STEP, totalS / 2, MigratedMemory.STEP, totalS / 4, VerifiedCopy.STEP, 100.0),
                List.of(),
                figures);
    }
}
