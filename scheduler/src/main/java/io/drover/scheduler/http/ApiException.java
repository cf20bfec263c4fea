package io.drover.scheduler.http;

import io.drover.messages.http.ApiResponse;
import io.drover.scheduler.control.RefusedException;
import org.jspecify.annotations.Nullable;

/** A request that is answered with an error. */
final class ApiException extends Exception {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final String code;
    private final @Nullable String field;

    ApiException(int status, String code, @Nullable String field, String message) {
        super(message);
        this.status = status;
        this.code = code;
        this.field = field;
    }

    /** The request itself is wrong. */
    static ApiException invalid(@Nullable String field, String message) {
        String prefix = field + ": ";
        return new ApiException(
                400, "invalid", field, message.startsWith(prefix) ? message.substring(prefix.length()) : message);
    }

    static ApiException of(RefusedException refused) {
        String message = String.valueOf(refused.getMessage());
        return switch (refused.kind()) {
            case INVALID -> invalid(refused.field(), message);
            case UNKNOWN -> new ApiException(404, "unknown", refused.field(), message);
            case CONFLICT -> new ApiException(409, "conflict", refused.field(), message);
            case TOO_LATE -> new ApiException(409, "too_late", refused.field(), message);
            case UNFIT -> new ApiException(422, "rejected", refused.field(), message);
        };
    }

    ApiResponse response() {
        return ApiResponse.error(status, code, field, getMessage());
    }
}
