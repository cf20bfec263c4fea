package io.drover.messages.http;

import io.drover.messages.api.ErrorDocument;
import io.drover.messages.api.HealthDocument;
import io.drover.messages.json.DroverJson;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** An answer, ready to be sent. */
public record ApiResponse(int status, String contentType, String body) {
    public static ApiResponse json(int status, Object document) {
        return new ApiResponse(status, "application/json", DroverJson.mapper().writeValueAsString(document) + "\n");
    }

    /** 200 where everything works, else 503. */
    public static ApiResponse health(HealthDocument health) {
        return json(health.works() ? 200 : 503, health);
    }

    /** The text format of Prometheus, version 0.0.4. */
    public static ApiResponse prometheus(String text) {
        return new ApiResponse(200, "text/plain; version=0.0.4; charset=utf-8", text);
    }

    /** An error, as every program answers it. */
    public static ApiResponse error(int status, String code, @Nullable String field, @Nullable String message) {
        return json(status, new ErrorDocument(code, field, message));
    }

    byte[] bytes() {
        return body.getBytes(StandardCharsets.UTF_8);
    }
}
