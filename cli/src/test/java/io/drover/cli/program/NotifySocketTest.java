package io.drover.cli.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.messages.time.SystemClock;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NotifySocketTest {
    private static final long PID = 4711;
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Duration POLL = Duration.ofMillis(20);

    /** Prints each datagram as one line, as a service manager would take it in, until it hears of the end. */
    private static final String RECEIVER = """
            import socket, sys
            s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            name = sys.argv[1]
            s.bind("\\0" + name[1:] if name.startswith("@") else name)
            s.settimeout(60)
            print("ready", flush=True)
            said = ""
            while not said.startswith("EXTEND"):
                said = s.recv(4096).decode()
                print(repr(said), flush=True)
            """;

    @Test
    @DisplayName("what is told arrives as datagrams of sd_notify(3)")
    void tellsAListener(@TempDir Path folder) throws Exception {
        String socket = folder.resolve("notify").toString();
        assertThat(told(socket, Map.of(), NotifySocketTest::sayAll)).containsExactly(expected());
    }

    @Test
    void tellsAListenerInTheAbstractNamespace() throws Exception {
        String socket = "@drover-test-" + ProcessHandle.current().pid();
        assertThat(told(socket, Map.of(), NotifySocketTest::sayAll)).containsExactly(expected());
    }

    private static String[] expected() {
        return new String[] {
            "'READY=1\\nSTATUS=works for h1'",
            "'STATUS=a b'",
            "'WATCHDOG=1'",
            "'STOPPING=1\\nSTATUS=ending'",
            "'EXTEND_TIMEOUT_USEC=30000000'"
        };
    }

    /** A program's part. */
    @FunctionalInterface
    private interface Telling {
        void to(NotifySocket manager, BufferedReader heard) throws IOException, InterruptedException;
    }

    private static void sayAll(NotifySocket manager, BufferedReader heard) {
        manager.ready("works for h1");
        manager.status("a\nb");
        manager.alive();
        manager.stopping();
        manager.extend(Duration.ofSeconds(30));
    }

    @Test
    @DisplayName(
            "a program that works is ready and feeds the watchdog, not while a loop hangs; one that ends asks for its time")
    void feedsTheWatchdogWhileNoLoopHangs(@TempDir Path folder) throws Exception {
        var hanging = new AtomicReference<@Nullable String>();
        List<String> last =
                told(folder.resolve("notify").toString(), Map.of("WATCHDOG_USEC", "300000"), (manager, heard) -> {
                    try (var reports = new ServiceReports(manager, new SystemClock())) {
                        reports.works(() -> Optional.ofNullable(hanging.get()));
                        List<String> lines = new ArrayList<>();
                        while (!lines.contains("'WATCHDOG=1'") || !lines.contains("'READY=1\\nSTATUS=working'")) {
                            lines.add(heard.readLine());
                        }
                        hanging.set("migrations");
                        // One may have been on its way.
                        assertThat(new SystemClock().await(reports::saidThatOneHangs, LIMIT, POLL))
                                .isTrue();
                        reports.ends();
                        String line = heard.readLine();
                        while (line != null && !line.startsWith("'EXTEND_TIMEOUT_USEC=")) {
                            lines.add(line);
                            line = heard.readLine();
                        }
                        lines.add(line);
                        assertThat(lines).endsWith("'STOPPING=1\\nSTATUS=ending'", "'EXTEND_TIMEOUT_USEC=30000000'");
                    }
                });
        assertThat(last).isEmpty();
    }

    private static List<String> told(String socket, Map<String, String> more, Telling telling)
            throws IOException, InterruptedException {
        Process receiver = new ProcessBuilder("python3", "-c", RECEIVER, socket)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader out = receiver.inputReader()) {
            assertThat(out.readLine()).isEqualTo("ready");
            var environment = new HashMap<String, String>(more);
            environment.put("NOTIFY_SOCKET", socket);
            telling.to(NotifySocket.of(environment, PID), out);
            List<String> lines = new ArrayList<>();
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                lines.add(line);
            }
            return lines;
        } finally {
            receiver.destroyForcibly().waitFor();
        }
    }

    @Test
    void isSilentWhereNobodyListens(@TempDir Path folder) {
        NotifySocket.of(Map.of(), PID).ready("works");
        NotifySocket.of(Map.of("NOTIFY_SOCKET", folder.resolve("nobody").toString()), PID)
                .ready("works");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void feedsTheWatchdogThatIsMeantForThisProcess() {
        var environment = Map.of("NOTIFY_SOCKET", "/run/x", "WATCHDOG_USEC", "30000000", "WATCHDOG_PID", "" + PID);
        assertThat(NotifySocket.of(environment, PID).watchdog()).contains(Duration.ofSeconds(30));
        assertThat(NotifySocket.of(environment, PID + 1).watchdog()).isEmpty();
        assertThat(NotifySocket.of(Map.of("WATCHDOG_USEC", "30000000"), PID).watchdog())
                .isEmpty();
        assertThat(NotifySocket.of(Map.of("NOTIFY_SOCKET", "/run/x", "WATCHDOG_USEC", "soon"), PID)
                        .watchdog())
                .isEmpty();
    }
}
