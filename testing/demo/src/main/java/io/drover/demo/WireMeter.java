package io.drover.demo;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.drover.messages.time.BackgroundLoop;
import io.drover.messages.time.Clock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Counts what one host sends to another, as the kernel counts it: the payload of every TCP connection between their
 * addresses, whoever holds it, asked ten times a second ({@code ss}, TCP_INFO's {@code tcpi_bytes_sent}). What a
 * connection sends after it was last asked is not seen.
 */
final class WireMeter implements AutoCloseable {
    private static final Duration PERIOD = Duration.ofMillis(100);
    /** {@code ESTAB 0 0 127.0.0.11:5000 127.0.0.12:7101 … bytes_sent:123 …}. */
    private static final Pattern CONNECTION = Pattern.compile("(\\S+:\\d+)\\s+(\\S+:\\d+)\\s.*?bytes_sent:(\\d+)");

    private final String destination;

    @GuardedBy("this")
    private final Map<String, Long> sentByConnection = new HashMap<>();

    private final BackgroundLoop sampler;

    /** Counts from now on what is sent to {@code destination}, an address. */
    WireMeter(String destination, Clock clock) {
        this.destination = destination;
        this.sampler = BackgroundLoop.periodic("the wire meter", PERIOD, clock, this::look)
                .start();
    }

    /** Bytes seen until now. */
    synchronized long bytes() {
        return sentByConnection.values().stream().mapToLong(Long::longValue).sum();
    }

    private void look() throws IOException, InterruptedException {
        Process ss = new ProcessBuilder("ss", "-tinOH", "dst", destination)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String output = new String(ss.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        ss.waitFor();
        Matcher connections = CONNECTION.matcher(output);
        while (connections.find()) {
            count(connections.group(1) + " > " + connections.group(2), Long.parseLong(connections.group(3)));
        }
    }

    private synchronized void count(String connection, long sent) {
        sentByConnection.merge(connection, sent, Math::max);
    }

    @Override
    public void close() {
        sampler.close();
    }
}
