package io.drover.messages.api;

import io.drover.messages.HostId;

/**
 * Answer of {@code POST /hosts/HOST/takeover}.
 *
 * @param takenFrom the worker that is shut out, for people
 */
public record TakeoverAnswer(HostId host, String takenFrom) {}
