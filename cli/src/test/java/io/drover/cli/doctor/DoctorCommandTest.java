package io.drover.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.drover.cli.terminal.Terminal;
import io.drover.messages.HostId;
import io.drover.messages.ProgramVersion;
import io.drover.messages.api.HealthDocument;
import io.drover.messages.api.HealthDocument.Part;
import io.drover.messages.api.HostDocument;
import io.drover.messages.json.DroverJson;
import io.drover.messages.time.SystemClock;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;

/** What is looked at, how it is told, and the exit code. */
class DoctorCommandTest {
    /** Nobody listens at port 1. */
    private static final String AWAY = """
            database.url = jdbc:postgresql://127.0.0.1:1/drover
            database.user = somebody
            database.password = secret
            rabbit.port = 1
            rabbit.user = somebody
            rabbit.password = secret
            """;

    @TempDir
    private Path folder;

    private record Ran(int exitCode, String out) {
        JsonNode json() {
            return DroverJson.mapper().readTree(out);
        }
    }

    private Ran doctor(String... arguments) {
        var out = new StringWriter();
        var err = new PrintWriter(out);
        var terminal = new Terminal(new PrintWriter(out), err, false, new SystemClock(), ZoneOffset.UTC);
        int exitCode =
                new CommandLine(new DoctorCommand(terminal, folder)).setErr(err).execute(arguments);
        return new Ran(exitCode, out.toString());
    }

    private void configure(String program, String more) throws IOException {
        Files.writeString(folder.resolve(program + ".properties"), AWAY + more);
    }

    @Test
    void aSchedulerWhoseServicesAreAwayEndsWith6() throws Exception {
        configure("scheduler", "http.port = 0\n");
        Ran ran = doctor("--json");
        assertThat(ran.exitCode()).as(ran.out()).isEqualTo(6);
        assertThat(ran.json())
                .allSatisfy(line -> assertThat(line.path("program").asString()).isEqualTo("scheduler"))
                .anySatisfy(line -> {
                    assertThat(line.path("check").asString()).isEqualTo("broker");
                    assertThat(line.path("level").asString()).isEqualTo("fail");
                    assertThat(line.path("found").asString()).contains("Connection refused");
                    assertThat(line.path("remedy").asString()).isNotEmpty();
                });
    }

    @Test
    void bothProgramsAreLookedAtAndAMistakeOfOneDoesNotHideTheOther() throws Exception {
        configure("scheduler", "no.such.key = 1\n");
        configure("worker", """
                host = h1
                peer.encryption = off
                peer.port = 0
                state.folder = %s/state
                images.folder = %s/missing
                qemu.accelerator = tcg
                """.formatted(folder, folder));
        Ran ran = doctor();
        assertThat(ran.exitCode()).isEqualTo(2);
        assertThat(ran.out())
                .contains("worker (" + folder.resolve("worker.properties") + ")")
                .contains("  FAIL  folders          images.folder: " + folder + "/missing does not exist\n")
                .contains("                         -> mount the disk that holds the images")
                .contains("scheduler (" + folder.resolve("scheduler.properties") + ")")
                .contains("  FAIL  configuration    unknown key no.such.key")
                .containsPattern("\\d+ FAIL, \\d+ WARN, \\d+ OK");
    }

    @Test
    void aFileThatIsNotThereIsAMistakeOfThePerson() {
        Ran ran = doctor("--config", folder.resolve("none.properties").toString());
        assertThat(ran.exitCode()).isEqualTo(2);
        assertThat(ran.out()).contains("FAIL  configuration", "no such file");
    }

    private static HostDocument host(String id, @Nullable Instant seen, @Nullable String trouble, String version) {
        return new HostDocument(
                new HostId(id), "192.0.2.1:7101", "QEMU 7.2.22", 1, 1, 1, 1, 1, seen, 0, 0, trouble, version, null);
    }

    private static HttpServer scheduler(Supplier<HealthDocument> health, List<HostDocument> hosts) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        answer(server, "/health", 503, health::get);
        answer(server, "/api/v1/hosts", 200, () -> hosts);
        server.start();
        return server;
    }

    private static void answer(HttpServer server, String path, int status, Supplier<Object> document) {
        server.createContext(path, exchange -> {
            byte[] body = DroverJson.mapper().writeValueAsString(document.get()).getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
    }

    private Ran console(Supplier<HealthDocument> health, HostDocument... hosts) throws IOException {
        HttpServer server = scheduler(health, List.of(hosts));
        try {
            return doctor(
                    "--console",
                    "--scheduler",
                    "http://127.0.0.1:" + server.getAddress().getPort());
        } finally {
            server.stop(0);
        }
    }

    @Test
    void aFleetThatIsWellEndsWith0() throws Exception {
        String version = ProgramVersion.current().toString();
        Instant now = Instant.now();
        var up = new Part("up", null);
        Ran ran = console(
                () -> new HealthDocument("up", version, Instant.now(), up, up, up), host("h1", now, null, version));
        assertThat(ran.exitCode()).as(ran.out()).isZero();
        assertThat(ran.out()).contains("console (http://127.0.0.1:", "0 FAIL, 0 WARN,");
    }

    @Test
    void whatTheSchedulerKnowsIsTold() throws Exception {
        Instant theirs = Instant.now().minus(Duration.ofMinutes(5));
        var health = new HealthDocument(
                "down",
                "0.0.9",
                theirs,
                new Part("down", "the loop of balance hangs"),
                new Part("up", null),
                new Part("down", "RabbitMQ takes no messages: low on memory"));
        Ran ran = console(
                () -> health,
                host("h1", theirs, "ACCESS_REFUSED", "0.0.8"),
                host("h2", theirs.minusSeconds(100), null, "0.0.9"),
                host("h3", null, null, "0.0.9"));
        assertThat(ran.exitCode()).isEqualTo(2);
        assertThat(ran.out())
                .contains("FAIL  scheduler        it does not do all of its work: the loop of balance hangs")
                .contains("FAIL  scheduler        it cannot use RabbitMQ: RabbitMQ takes no messages: low on memory")
                .containsPattern("FAIL  clock            the clock of the scheduler is 300\\.\\d+ s behind this one")
                .contains("FAIL  hosts            h1 cannot use the broker: ACCESS_REFUSED")
                .contains("WARN  hosts            h2 was last heard of 100 s ago")
                .contains("WARN  hosts            h3 was never heard of")
                .contains("WARN  versions         0.0.8: the worker of h1; this is ")
                .contains("WARN  versions         0.0.9: the scheduler, the worker of h2, the worker of h3; this is ");
    }

    @Test
    void aSchedulerThatIsAwayEndsWith6() {
        Ran ran = doctor("--scheduler", "http://127.0.0.1:1");
        assertThat(ran.exitCode()).isEqualTo(6);
        assertThat(ran.out()).contains("FAIL  scheduler", "does not answer", "WARN  hosts            not looked at");
    }
}
