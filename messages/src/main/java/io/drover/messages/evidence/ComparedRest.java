package io.drover.messages.evidence;

import io.drover.messages.DiskId;
import java.util.List;
import java.util.Map;

/**
 * What had not been found equal since the guest last wrote it was compared in the pause.
 *
 * @param how one sentence for people
 */
public record ComparedRest(long milliseconds, String how, Map<DiskId, RestComparison> disks) implements StepEvidence {
    /** The name of the step. */
    public static final String STEP = "compare-rest";

    public ComparedRest {
        disks = Sorted.copyOf(disks);
    }

    /**
     * One disk, in blocks of 4 KiB.
     *
     * @param blocks of the whole disk
     * @param compared in the pause
     * @param sentAgain where the first of those begin that differed and were sent once more, in bytes
     * @param left what was not compared: 0, or the migration would have turned back
     */
    public record RestComparison(int blocks, long compared, List<Long> sentAgain, int left) {
        public RestComparison {
            sentAgain = List.copyOf(sentAgain);
        }
    }
}
