package io.drover.scheduler.http;

import io.drover.messages.access.ApiRole;

/** Who asks: the name of a token, or {@code http} where everybody may ask. */
record Caller(String name, ApiRole role) {
    /** Whoever reaches an API that is open. */
    static final Caller ANYBODY = new Caller("http", ApiRole.ADMINISTER);
}
