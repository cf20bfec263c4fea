package io.drover.scheduler.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.drover.messages.InvalidMessageException;
import io.drover.messages.json.DroverJson;
import io.drover.messages.text.FileProblem;
import io.drover.scheduler.control.RefusedException;
import io.drover.schema.StoreUnavailableException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Serves routes over the JDK's HTTP server, a virtual thread a request, on a loopback address only. */
public final class HttpApi implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HttpApi.class);
    private static final long DISCARDED_BYTES_MAX = 64L << 20;
    private static final int BACKLOG = 64;

    private final HttpServer server;
    private final ExecutorService threads;
    private final List<Route> routes;

    private HttpApi(HttpServer server, ExecutorService threads, List<Route> routes) {
        this.server = server;
        this.threads = threads;
        this.routes = routes;
    }

    /**
     * Begins to listen.
     *
     * @throws IllegalArgumentException for an address others can reach: the API asks for no password
     * @throws IOException when the port is taken
     */
    public static HttpApi start(InetSocketAddress address, Routes routes) throws IOException {
        if (address.isUnresolved() || !address.getAddress().isLoopbackAddress()) {
            throw new IllegalArgumentException("http.address: " + address + " is not a loopback address");
        }
        HttpServer server = HttpServer.create(address, BACKLOG);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        var api = new HttpApi(server, threads, routes.all());
        server.createContext("/", api::handle);
        server.setExecutor(threads);
        server.start();
        return api;
    }

    public InetSocketAddress address() {
        return server.getAddress();
    }

    /** Answers under way get a second. */
    @Override
    public void close() {
        server.stop(1);
        threads.close();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            ApiResponse response = answer(exchange);
            byte[] bytes = response.bytes();
            exchange.getResponseHeaders().set("Content-Type", response.contentType());
            exchange.getResponseHeaders().set("Cache-Control", "no-store");
            exchange.sendResponseHeaders(response.status(), bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    private ApiResponse answer(HttpExchange exchange) {
        try {
            return route(exchange);
        } catch (ApiException e) {
            return e.response();
        } catch (RefusedException e) {
            return ApiException.of(e).response();
        } catch (StoreUnavailableException e) {
            return new ApiException(503, "unavailable", null, "the database does not answer: " + e.getMessage())
                    .response();
        } catch (IOException e) {
            return ApiException.invalid("body", "cannot be read: " + FileProblem.told(e))
                    .response();
        } catch (RuntimeException | Error e) {
            // Top of the thread: the caller learns that it is not their fault.
            LOG.error("{} {} met a defect", exchange.getRequestMethod(), exchange.getRequestURI(), e);
            return new ApiException(500, "internal", null, "a defect of Drover; the scheduler's log says more")
                    .response();
        }
    }

    private ApiResponse route(HttpExchange exchange) throws ApiException, RefusedException, IOException {
        // Sent by browsers for a page of another site: it must not command a fleet because an operator looked at it.
        if (exchange.getRequestHeaders().containsKey("Origin")) {
            throw new ApiException(403, "forbidden", null, "pages of browsers are not served");
        }
        List<String> path = Route.segments(decoded(exchange.getRequestURI().getRawPath()));
        boolean known = false;
        for (Route route : routes) {
            Optional<Map<String, String>> variables = route.match(path);
            known |= variables.isPresent();
            if (variables.isPresent() && route.method().equals(exchange.getRequestMethod())) {
                ApiRequest request = request(exchange, variables.get());
                route.requireKnown(request);
                return route.handler().handle(request);
            }
        }
        throw known
                ? new ApiException(405, "method", null, exchange.getRequestMethod() + " is not for this path")
                : new ApiException(
                        404,
                        "unknown",
                        "path",
                        "there is no " + exchange.getRequestURI().getPath());
    }

    private static ApiRequest request(HttpExchange exchange, Map<String, String> variables)
            throws ApiException, IOException {
        byte[] body = exchange.getRequestBody().readNBytes(DroverJson.BYTES_MAX + 1);
        if (body.length > DroverJson.BYTES_MAX) {
            // A client that is still sending would not see the answer.
            exchange.getRequestBody().skip(DISCARDED_BYTES_MAX);
            throw new ApiException(413, "too_large", "body", "more than " + DroverJson.BYTES_MAX + " bytes");
        }
        String key = exchange.getRequestHeaders().getFirst("Idempotency-Key");
        return new ApiRequest(variables, query(exchange.getRequestURI().getRawQuery()), key, text(body));
    }

    private static String text(byte[] body) throws ApiException {
        try {
            return DroverJson.utf8("body", body);
        } catch (InvalidMessageException e) {
            throw ApiException.invalid(e.field(), e.problem());
        }
    }

    private static Map<String, String> query(@Nullable String raw) throws ApiException {
        var query = new HashMap<String, String>();
        for (String pair : raw == null || raw.isEmpty() ? new String[0] : raw.split("&", -1)) {
            String[] parts = pair.split("=", 2);
            String name = decoded(parts[0]);
            if (query.put(name, parts.length == 2 ? decoded(parts[1]) : "true") != null) {
                throw ApiException.invalid(name, "stands twice");
            }
        }
        return query;
    }

    private static String decoded(String text) throws ApiException {
        try {
            String decoded = URLDecoder.decode(text, StandardCharsets.UTF_8);
            // Broken UTF-8 becomes U+FFFD; neither that nor a control character is part of any name.
            if (decoded.chars().noneMatch(c -> Character.isISOControl(c) || c == '\uFFFD')) {
                return decoded;
            }
        } catch (IllegalArgumentException e) {
            // Said below.
        }
        throw ApiException.invalid("path", "'" + text + "' is not URL-encoded text");
    }
}
