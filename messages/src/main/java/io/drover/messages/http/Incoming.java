package io.drover.messages.http;

import java.io.InputStream;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * A request as it came in.
 *
 * @param path not decoded
 * @param query not decoded
 */
public record Incoming(
        String method, String path, @Nullable String query, Headers headers, InputStream body, InetAddress from) {
    /** The first value of a header; null: there is none. */
    @FunctionalInterface
    public interface Headers {
        @Nullable
        String first(String name);
    }

    public @Nullable String header(String name) {
        return headers.first(name);
    }
}
