package io.drover.cli.api;

import io.drover.cli.terminal.CommandException;
import io.drover.cli.terminal.ExitCode;
import io.drover.messages.access.ApiToken;
import io.drover.messages.api.ErrorDocument;
import io.drover.messages.api.HealthDocument;
import io.drover.messages.json.DroverJson;
import io.drover.messages.text.FileProblem;
import io.drover.messages.tls.Pem;
import io.drover.messages.tls.TlsContexts;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Asks the scheduler, and says what its refusals mean as exit codes. */
public final class ApiClient implements AutoCloseable {
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(5);
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(30);
    private static final int UNAUTHORIZED = 401;
    private static final int SERVICE_UNAVAILABLE = 503;

    private final URI scheduler;
    private final @Nullable ApiToken token;
    private final HttpClient http;

    private ApiClient(URI scheduler, @Nullable ApiToken token, HttpClient http) {
        this.scheduler = scheduler;
        this.token = token;
        this.http = http;
    }

    /** Takes the scheduler's base address, for example {@code http://127.0.0.1:7070}, and shows no token. */
    public ApiClient(URI scheduler) {
        this(
                scheduler,
                null,
                HttpClient.newBuilder().connectTimeout(CONNECT_LIMIT).build());
    }

    /** Throws where the authorities that a login names cannot be read. */
    public static ApiClient of(SchedulerLogin login) throws CommandException {
        HttpClient.Builder http = HttpClient.newBuilder().connectTimeout(CONNECT_LIMIT);
        Path authorities = login.authorities();
        if (login.isEncrypted() && authorities != null) {
            try {
                http.sslContext(TlsContexts.of(Pem.certificates(authorities), null));
            } catch (IOException | GeneralSecurityException e) {
                throw new CommandException(ExitCode.USAGE, "DROVER_CA: " + FileProblem.told(e));
            }
        }
        return new ApiClient(login.scheduler(), login.token(), http.build());
    }

    /** One segment of a path, safe whatever a person typed. */
    public static String segment(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** Gets a document; {@code path} begins after {@code /api/v1}. */
    public JsonNode get(String path) throws CommandException, InterruptedException {
        return send(request(path).GET().build());
    }

    /** Whether the scheduler can work; throws where it does not say it. */
    public HealthDocument health() throws CommandException, InterruptedException {
        HttpResponse<String> answer = exchange(at("/health").GET().build());
        JsonNode body = parse(answer.body());
        if (body.has("database")) {
            return Documents.one(body, HealthDocument.class);
        }
        ErrorDocument error = error(body);
        throw new CommandException(meaning(answer.statusCode(), error), message(answer.statusCode(), error));
    }

    public JsonNode post(String path, Object body) throws CommandException, InterruptedException {
        return send(request(path)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(DroverJson.mapper().writeValueAsString(body)))
                .build());
    }

    @Override
    public void close() {
        http.close();
    }

    private HttpRequest.Builder request(String path) {
        return at("/api/v1" + path);
    }

    private HttpRequest.Builder at(String path) {
        String base = scheduler.toString().replaceAll("/+$", "");
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + path))
                .timeout(ANSWER_LIMIT)
                .header("Accept", "application/json");
        return token == null ? request : request.header("Authorization", "Bearer " + token.text());
    }

    private JsonNode send(HttpRequest request) throws CommandException, InterruptedException {
        HttpResponse<String> answer = exchange(request);
        JsonNode body = parse(answer.body());
        if (answer.statusCode() / 100 == 2) {
            return body;
        }
        ErrorDocument error = error(body);
        throw new CommandException(meaning(answer.statusCode(), error), message(answer.statusCode(), error));
    }

    private HttpResponse<String> exchange(HttpRequest request) throws CommandException, InterruptedException {
        try {
            return http.send(request, BodyHandlers.ofString(StandardCharsets.UTF_8));
        } catch (SSLException e) {
            throw new CommandException(
                    ExitCode.UNREACHABLE,
                    "the scheduler at " + scheduler + " is not believed: " + e.getMessage()
                            + "; DROVER_CA, or ca in ~/.config/drover/config, names the authority of its certificate");
        } catch (IOException e) {
            String cause = FileProblem.told(e);
            throw new CommandException(
                    ExitCode.UNREACHABLE,
                    "the scheduler at " + scheduler + " does not answer (" + cause
                            + "); is it running? Name another with --scheduler or DROVER_SCHEDULER");
        }
    }

    private JsonNode parse(String body) throws CommandException {
        try {
            return DroverJson.mapper().readTree(body);
        } catch (JacksonException e) {
            throw new CommandException(
                    ExitCode.UNREACHABLE, "what answers at " + scheduler + " is not a Drover scheduler: no JSON");
        }
    }

    /** Something else than a scheduler may answer, a proxy for example. */
    private static ErrorDocument error(JsonNode body) {
        try {
            return DroverJson.mapper().treeToValue(body, ErrorDocument.class);
        } catch (JacksonException e) {
            return new ErrorDocument("", null, null);
        }
    }

    private static ExitCode meaning(int status, ErrorDocument error) {
        if (error.code().equals("too_late")) {
            return ExitCode.TOO_LATE;
        }
        return switch (status) {
            case 404 -> ExitCode.NOT_FOUND;
            case SERVICE_UNAVAILABLE -> ExitCode.UNREACHABLE;
            default -> status < 500 ? ExitCode.REFUSED : ExitCode.INTERNAL;
        };
    }

    private static String message(int status, ErrorDocument error) {
        String field = error.field();
        String message = error.message();
        if (status == UNAUTHORIZED) {
            return message
                    + "; DROVER_TOKEN, DROVER_TOKEN_FILE, or token in ~/.config/drover/config, says which to show";
        }
        if (message == null || message.isEmpty()) {
            return "the scheduler answered " + status;
        }
        return field == null || message.startsWith(field) ? message : field + ": " + message;
    }
}
