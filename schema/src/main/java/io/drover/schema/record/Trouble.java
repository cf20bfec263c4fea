package io.drover.schema.record;

import java.time.Instant;

/**
 * Why what is wanted does not come about, although it is tried again and again.
 *
 * @param reason in the words of the worker that tries
 * @param since when it was first said in these words
 */
public record Trouble(String reason, Instant since) {}
