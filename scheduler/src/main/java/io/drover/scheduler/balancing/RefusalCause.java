package io.drover.scheduler.balancing;

import io.drover.scheduler.balancing.Refusal.Code;

/** Why something may not be; a {@link Refusal} that does not say yet of what. */
public record RefusalCause(Code code, String reason) {}
