package io.drover.scheduler.cluster;

import java.time.Instant;

/** A host's load over one telemetry period that ended at {@code at}. */
public record Sample(Instant at, double cpuCores, long memoryBytes) {}
