package io.drover.worker.qmp;

import tools.jackson.databind.JsonNode;

/** Something that QEMU told unasked. What was told while nobody was connected is lost: never rely on one. */
public record QmpEvent(String name, JsonNode data) {}
