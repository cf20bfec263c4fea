package io.drover.messages.http;

import io.drover.messages.api.HealthDocument;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Serves {@code GET /health} and {@code GET /metrics}, and nothing else. */
public final class MonitoringServer {
    private static final Logger LOG = LoggerFactory.getLogger(MonitoringServer.class);

    private final Supplier<HealthDocument> health;
    private final Supplier<String> metrics;

    private MonitoringServer(Supplier<HealthDocument> health, Supplier<String> metrics) {
        this.health = health;
        this.metrics = metrics;
    }

    /**
     * Begins to listen; empty where the settings want none.
     *
     * @param metrics the text that Prometheus scrapes
     * @throws IOException when the port is taken, or the certificate cannot be used any more
     */
    public static Optional<HttpServer> start(
            MonitoringSettings settings, Supplier<HealthDocument> health, Supplier<String> metrics) throws IOException {
        InetSocketAddress address = settings.address();
        return address == null
                ? Optional.empty()
                : Optional.of(
                        HttpServer.start(settings.listener(address), new MonitoringServer(health, metrics)::answer));
    }

    private ApiResponse answer(Incoming request) {
        if (!request.method().equals("GET")) {
            return ApiResponse.error(405, "method", null, request.method() + " is not for this path");
        }
        try {
            return switch (request.path()) {
                case "/health" -> ApiResponse.health(health.get());
                case "/metrics" -> ApiResponse.prometheus(metrics.get());
                default -> ApiResponse.error(404, "unknown", "path", "here are /health and /metrics");
            };
        } catch (RuntimeException e) {
            // Top of the thread: who watches learns that it is not their fault.
            LOG.error("{} met a defect", request.path(), e);
            return ApiResponse.error(500, "internal", null, "a defect of Drover; the program's log says more");
        }
    }
}
