package io.drover.messages.api;

import java.util.Map;

/**
 * The labels that a host or a VM has now: the answer of {@code POST …/labels}, {@code /drain} and
 * {@code /undrain}.
 */
public record LabelsAnswer(Map<String, String> labels) {}
