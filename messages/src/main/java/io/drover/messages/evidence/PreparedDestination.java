package io.drover.messages.evidence;

import io.drover.messages.ImageName;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The destination has reserved what it needs and waits for the VM.
 *
 * @param baseBytes what was sent of each base image, 0 of one that was there; null when no disk stands on a base
 */
public record PreparedDestination(@Nullable Map<ImageName, Long> baseBytes) implements StepEvidence {
    /** The name of the step. */
    public static final String STEP = "prepare-destination";

    public PreparedDestination {
        baseBytes = baseBytes == null || baseBytes.isEmpty() ? null : Sorted.copyOf(baseBytes);
    }
}
