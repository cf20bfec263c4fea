package io.drover.messages.evidence.disk;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the algorithm of a disk has to tell beside the counts. One that chooses among others tells what it chose and
 * why, all of it but the outcome at once; all others tell nothing.
 *
 * @param chosen name of the algorithm that was taken
 * @param predicted what was foretold for it, early
 * @param measured what the choice was made from
 * @param considered the predictions at the time of the choice, by algorithm
 * @param outcome what came of it; null before the disk is over completely
 */
public record AlgorithmEvidence(
        @Nullable String chosen,
        @Nullable PredictedFigures predicted,
        @Nullable MeasuredFigures measured,
        @Nullable Map<String, PredictedFigures> considered,
        @Nullable ActualFigures outcome) {
    /** Of an algorithm that has nothing to tell. */
    public static final AlgorithmEvidence NONE = new AlgorithmEvidence(null, null, null, null, null);

    public AlgorithmEvidence {
        // In the order in which they were considered.
        considered = considered == null ? null : Collections.unmodifiableMap(new LinkedHashMap<>(considered));
    }

    /**
     * What was foretold of one disk, from its first byte to its last.
     *
     * @param seconds spent on this disk, the pause and what is pulled included
     * @param guestDelayMs added to a write of the guest, at worst, outside the pause
     * @param converges whether it ends within the longest pause allowed
     */
    public record PredictedFigures(
            double seconds, long wireBytes, long downtimeMs, long guestDelayMs, boolean converges) {}

    /**
     * What was known when the choice was made.
     *
     * @param workingSetBytes what the guest's writes are confined to; -1 when no bound was found
     */
    public record MeasuredFigures(long linkBytesPerSecond, long dirtyBytesPerSecond, long workingSetBytes) {}

    /** What came of it, to be held against what was foretold. */
    public record ActualFigures(double seconds, long wireBytes, long downtimeMs) {}
}
