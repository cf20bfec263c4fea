package io.drover.messages.api;

/** Answer of {@code POST /tokens}: the secret is shown this once and not kept. */
public record TokenAnswer(TokenDocument token, String secret) {}
