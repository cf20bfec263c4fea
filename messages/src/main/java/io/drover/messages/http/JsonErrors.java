package io.drover.messages.http;

import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/** What Jetty refuses by itself, because it is no HTTP, is answered as everything else is. */
final class JsonErrors extends ErrorHandler {
    @Override
    protected void generateResponse(
            Request request,
            Response response,
            int code,
            @Nullable String message,
            @Nullable Throwable cause,
            Callback callback) {
        String why = message == null ? "the request cannot be understood" : message;
        HttpServer.send(ApiResponse.error(code, "invalid", null, why), response, callback);
    }
}
