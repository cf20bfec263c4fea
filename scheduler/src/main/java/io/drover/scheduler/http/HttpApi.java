package io.drover.scheduler.http;

import io.drover.messages.http.HttpServer;
import io.drover.messages.time.Clock;
import io.drover.schema.scheduler.AccessStore;
import java.io.IOException;

/** Serves routes: on a loopback address, or over TLS to who has a token. */
public final class HttpApi {
    private HttpApi() {}

    /**
     * Begins to listen.
     *
     * @param access who has a token, and the audit
     * @throws IOException when the port is taken, or the certificate cannot be used
     */
    public static HttpServer start(HttpSettings settings, Routes routes, AccessStore access, Clock clock)
            throws IOException {
        var gate = new Gate(settings.open(), access, clock);
        return HttpServer.start(settings.listener(), new Router(gate, routes.all(), access)::answer);
    }
}
