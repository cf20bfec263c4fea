package io.drover.messages.evidence;

import java.util.List;

/**
 * The source's VM has ended and its images are put away.
 *
 * @param retired names of the images before that
 * @param destinationSettled {@code yes}, or why the destination could not be told that all is over
 */
public record RetiredSource(List<String> retired, String destinationSettled) implements StepEvidence {
    /** The name of the step. */
    public static final String STEP = "retire-source";

    public RetiredSource {
        retired = List.copyOf(retired);
    }
}
