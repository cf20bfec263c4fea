package io.drover.messages.api;

import io.drover.messages.MigrationId;
import io.drover.messages.MigrationTask;

/** Answer of {@code POST /migrations}: what was submitted. */
public record MigrationAnswer(MigrationId id, MigrationTask task) {}
