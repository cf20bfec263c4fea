package io.drover.scheduler.http;

import io.drover.messages.json.DroverJson;
import java.nio.charset.StandardCharsets;

/** An answer, ready to be sent. */
record ApiResponse(int status, String contentType, String body) {
    static ApiResponse json(int status, Object document) {
        return new ApiResponse(status, "application/json", DroverJson.mapper().writeValueAsString(document) + "\n");
    }

    /** The text format of Prometheus, version 0.0.4. */
    static ApiResponse prometheus(String text) {
        return new ApiResponse(200, "text/plain; version=0.0.4; charset=utf-8", text);
    }

    byte[] bytes() {
        return body.getBytes(StandardCharsets.UTF_8);
    }
}
