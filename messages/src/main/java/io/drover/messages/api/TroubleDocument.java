package io.drover.messages.api;

import java.time.Instant;

/**
 * Why what is wanted of a VM, or a migration that is tried again and again, does not come about.
 *
 * @param reason in the words of the worker that tries
 * @param since when it was first said in these words
 */
public record TroubleDocument(String reason, Instant since) {}
