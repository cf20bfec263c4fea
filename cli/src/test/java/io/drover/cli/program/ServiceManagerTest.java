package io.drover.cli.program;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServiceManagerTest {
    private static final long PID = 4711;

    /** Prints each datagram as one line, as a service manager would take it in; ends after as many as it is told. */
    private static final String RECEIVER = """
            import socket, sys
            s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            name = sys.argv[1]
            s.bind("\\0" + name[1:] if name.startswith("@") else name)
            s.settimeout(60)
            print("ready", flush=True)
            for _ in range(int(sys.argv[2])):
                print(repr(s.recv(4096).decode()), flush=True)
            """;

    @Test
    @DisplayName("what is told arrives as datagrams of sd_notify(3)")
    void tellsAListener(@TempDir Path folder) throws Exception {
        String socket = folder.resolve("notify").toString();
        assertThat(told(socket)).containsExactly(expected());
    }

    @Test
    void tellsAListenerInTheAbstractNamespace() throws Exception {
        assertThat(told("@drover-test-" + ProcessHandle.current().pid())).containsExactly(expected());
    }

    private static String[] expected() {
        return new String[] {
            "'READY=1\\nSTATUS=works for h1'", "'STATUS=a b'", "'WATCHDOG=1'", "'STOPPING=1\\nSTATUS=ending'"
        };
    }

    private static List<String> told(String socket) throws IOException, InterruptedException {
        Process receiver = new ProcessBuilder("python3", "-c", RECEIVER, socket, "4")
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader out = receiver.inputReader()) {
            assertThat(out.readLine()).isEqualTo("ready");
            ServiceManager manager = ServiceManager.of(Map.of("NOTIFY_SOCKET", socket), PID);
            manager.ready("works for h1");
            manager.status("a\nb");
            manager.alive();
            manager.stopping();
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
        ServiceManager.of(Map.of(), PID).ready("works");
        ServiceManager.of(Map.of("NOTIFY_SOCKET", folder.resolve("nobody").toString()), PID)
                .ready("works");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void feedsTheWatchdogThatIsMeantForThisProcess() {
        var environment = Map.of("NOTIFY_SOCKET", "/run/x", "WATCHDOG_USEC", "30000000", "WATCHDOG_PID", "" + PID);
        assertThat(ServiceManager.of(environment, PID).watchdog()).contains(Duration.ofSeconds(30));
        assertThat(ServiceManager.of(environment, PID + 1).watchdog()).isEmpty();
        assertThat(ServiceManager.of(Map.of("WATCHDOG_USEC", "30000000"), PID).watchdog())
                .isEmpty();
        assertThat(ServiceManager.of(Map.of("NOTIFY_SOCKET", "/run/x", "WATCHDOG_USEC", "soon"), PID)
                        .watchdog())
                .isEmpty();
    }
}
