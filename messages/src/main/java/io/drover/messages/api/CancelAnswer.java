package io.drover.messages.api;

/**
 * Answer of {@code POST /migrations/ID/cancel}.
 *
 * @param result {@code requested}: the worker will see it, and the migration's state tells how it ended;
 *     {@code cancelled}: it was queued, and is over
 */
public record CancelAnswer(String result) {}
