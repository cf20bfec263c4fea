package io.drover.worker.qmp;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A connection to QEMU's monitor (docs/interop/qmp-spec.txt of QEMU 7.2). Safe for several threads, whose commands take
 * turns.
 *
 * <p>A socket serves one client at a time: a second one connects but gets no greeting, and fails at its deadline.
 *
 * <p>{@link QmpException} leaves the connection usable; after any other exception it is closed.
 */
public final class QmpClient implements AutoCloseable {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    /** Answers of a VM with many disks have some hundred KiB. */
    private static final int MESSAGE_BYTES_MAX = 16 << 20;

    /**
     * QEMU 7.2 greets at once but loses the first command where a client comes while the monitor is being set up, or
     * right after another left (seen on a busy host): then the connection is of no use and a new one is.
     */
    private static final long NEGOTIATION_NANOS_MAX = 3_000_000_000L;

    private final QmpLines lines;
    private final String greeting;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile boolean open = true;
    private long lastId;

    private QmpClient(QmpLines lines, String greeting) {
        this.lines = lines;
        this.greeting = greeting;
    }

    /**
     * Connects, reads the greeting and leaves negotiation mode.
     *
     * @param limit for all of it
     */
    public static QmpClient connect(Path socket, Duration limit) throws IOException, InterruptedException {
        long end = QmpLines.endOf(limit);
        while (true) {
            QmpClient client = greeted(socket, end, limit);
            try {
                long left = Math.max(1, end - System.nanoTime());
                client.execute("qmp_capabilities", Map.of(), Duration.ofNanos(Math.min(left, NEGOTIATION_NANOS_MAX)));
                return client;
            } catch (QmpConnectionException e) {
                if (!e.timedOut() || System.nanoTime() - end > 0) {
                    throw e;
                }
            } catch (IOException | InterruptedException e) {
                client.close();
                throw e;
            }
        }
    }

    private static QmpClient greeted(Path socket, long end, Duration limit) throws IOException, InterruptedException {
        QmpLines lines = QmpLines.connect(socket, MESSAGE_BYTES_MAX);
        try {
            return new QmpClient(lines, greeting(lines, end, limit));
        } catch (IOException | InterruptedException | RuntimeException e) {
            lines.close();
            throw e;
        }
    }

    private static String greeting(QmpLines lines, long end, Duration limit) throws IOException, InterruptedException {
        JsonNode version;
        try {
            version = parse(lines.receive(end)).path("QMP").path("version").path("qemu");
        } catch (QmpConnectionException e) {
            throw new QmpConnectionException("no greeting within " + limit + ": " + e.getMessage(), e);
        }
        if (!version.path("major").isInt()) {
            throw new QmpConnectionException("this is not a QMP server");
        }
        return version.path("major").asInt() + "."
                + version.path("minor").asInt() + "."
                + version.path("micro").asInt();
    }

    /** QEMU's version, for example {@code 7.2.22}. */
    public String qemuVersion() {
        return greeting;
    }

    public boolean isOpen() {
        return open;
    }

    /**
     * Executes a command and returns what it returned.
     *
     * @param arguments anything that Jackson writes as a JSON object
     * @param limit for the command's turn and its answer
     * @throws QmpException QEMU refused
     * @throws QmpConnectionException no answer; the connection is closed
     */
    public JsonNode execute(String command, Object arguments, Duration limit) throws IOException, InterruptedException {
        long end = QmpLines.endOf(limit);
        if (!lock.tryLock(limit.toNanos(), TimeUnit.NANOSECONDS)) {
            throw new QmpConnectionException(command + " did not get its turn within " + limit);
        }
        try {
            return exchange(command, arguments, end);
        } finally {
            lock.unlock();
        }
    }

    private JsonNode exchange(String command, Object arguments, long end) throws IOException, InterruptedException {
        if (!open) {
            throw new QmpConnectionException("the connection is closed");
        }
        boolean usable = false;
        try {
            String id = "drover-" + ++lastId;
            byte[] request = JSON.writeValueAsBytes(Map.of("execute", command, "arguments", arguments, "id", id));
            lines.send(request, end);
            JsonNode result = awaitAnswer(command, id, end);
            usable = true;
            return result;
        } catch (QmpException e) {
            usable = true;
            throw e;
        } catch (QmpConnectionException e) {
            throw new QmpConnectionException(command + ": " + e.getMessage(), e);
        } finally {
            if (!usable) {
                close();
            }
        }
    }

    private JsonNode awaitAnswer(String command, String id, long end) throws IOException, InterruptedException {
        while (true) {
            JsonNode message = parse(lines.receive(end));
            // An event may have been missed while nobody was connected: what must be known is asked.
            if (message.has("event")) {
                continue;
            }
            if (message.has("error")) {
                throw refusal(command, message.path("error"));
            } else if (message.has("return") && id.equals(message.path("id").asString(""))) {
                return message.path("return");
            } else {
                throw new QmpConnectionException("a message that answers nothing: " + shortened(message));
            }
        }
    }

    /** An error without our id is one about our line as such: nothing else was sent. */
    private static QmpException refusal(String command, JsonNode error) {
        return new QmpException(command, error.path("desc").asString("no reason given"));
    }

    private static JsonNode parse(byte[] line) throws QmpConnectionException {
        try {
            JsonNode message = JSON.readTree(line);
            if (message != null && message.isObject()) {
                return message;
            }
        } catch (JacksonException e) {
            throw new QmpConnectionException("not JSON: " + shortened(new String(line, StandardCharsets.UTF_8)), e);
        }
        throw new QmpConnectionException("not a JSON object: " + shortened(new String(line, StandardCharsets.UTF_8)));
    }

    private static String shortened(Object message) {
        String text = message.toString();
        return text.length() <= 200 ? text : text.substring(0, 200) + "…";
    }

    @Override
    public void close() throws IOException {
        open = false;
        lines.close();
    }
}
