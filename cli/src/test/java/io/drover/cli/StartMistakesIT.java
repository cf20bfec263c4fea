package io.drover.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What an operator may get wrong before a program runs for the first time: the exit code tells a service manager
 * whether to start it again, and one line says what to change. No database and no broker is there.
 */
@Tag("attack")
final class StartMistakesIT {
    private static final Duration LIMIT = Duration.ofMinutes(2);

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

    private Path images;
    private Path log;
    private final List<Process> started = new ArrayList<>();

    @BeforeEach
    void makeImagesFolder() throws IOException {
        images = Files.createDirectory(folder.resolve("images"));
        log = folder.resolve("log");
    }

    @AfterEach
    void endWhatIsLeft() {
        started.forEach(process -> process.destroyForcibly().onExit().join());
    }

    @Test
    @DisplayName(
            "O1: a worker that may not write to a folder ends with code 2, naming key, folder, owner, user, remedy")
    void aFolderThatMayNotBeWritten() throws Exception {
        UserPrincipal nobody = nobody();
        Files.setOwner(images, nobody);
        assertThat(end(worker(""))).isEqualTo(2);
        assertThat(said().lines().filter(line -> line.startsWith("drover: ")))
                .singleElement()
                .asString()
                .contains(
                        "images.folder: cannot write to " + images + ": permission denied for user root",
                        images + " belongs to nobody:",
                        "mode 0755",
                        "chown root " + images);
        assertThat(said()).as("what did not start does not stop").doesNotContain("has stopped");
    }

    @Test
    @DisplayName("O2: what another user left in the state folder is named, with its owner")
    void aStateFolderOfAnotherUser() throws Exception {
        UserPrincipal nobody = nobody();
        Path marks = Files.createDirectories(folder.resolve("state/marks"));
        Files.setOwner(Files.createFile(marks.resolve("1.json")), nobody);
        assertThat(end(worker(""))).isEqualTo(2);
        assertThat(said()).contains("state.folder: ", marks + "/1.json belongs to nobody:", "chown -R root " + marks);
    }

    @Test
    @DisplayName("O10: certificates that are missing are a configuration's mistake, a port in use is one that passes")
    void exitCodesTellWhetherToStartAgain() throws Exception {
        assertThat(end(worker("peer.encryption = tls\n"))).isEqualTo(2);
        assertThat(said()).contains("peer.pki.folder: ", "is missing");
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = taken.getLocalPort();
            assertThat(end(scheduler("http.port = " + port + "\n"))).isEqualTo(1);
            assertThat(said())
                    .contains("the scheduler cannot run here now: http.port: cannot listen at 127.0.0.1:" + port
                            + ": Address already in use");
        }
    }

    @Test
    @DisplayName("O4: a program that still waits for its services ends in order when it is asked to")
    void aStartIsEndedInOrder() throws Exception {
        Process scheduler = scheduler("http.port = 0\n");
        await().atMost(LIMIT).until(() -> said().contains("waiting for the database"));
        Process worker = worker("peer.encryption = off\n");
        await().atMost(LIMIT).until(() -> said().contains("PostgreSQL is away"));
        for (Process program : List.of(scheduler, worker)) {
            program.destroy();
            // As every process that SIGTERM ends; SuccessExitStatus=143 of systemd.
            assertThat(end(program)).as(said()).isEqualTo(143);
        }
        assertThat(said()).doesNotContain("a defect", "Exception");
    }

    @Test
    @DisplayName("O4: a program that has only begun to start ends in order as well")
    void aStartThatHasJustBegunIsEndedInOrder() throws Exception {
        for (String first : List.of("scheduler starts with", "worker starts with")) {
            Files.deleteIfExists(log);
            Process program = first.startsWith("scheduler") ? scheduler("http.port = 0\n") : worker("");
            await().pollInterval(Duration.ofMillis(2)).atMost(LIMIT).until(() -> said().contains(first));
            program.destroy();
            assertThat(end(program)).as(said()).isEqualTo(143);
            assertThat(said()).doesNotContain("a defect", "Exception", "cannot run here");
        }
    }

    @Test
    @DisplayName("O13: lines for the journal begin with their priority and have no time of their own")
    void linesForTheJournal() throws Exception {
        Process program = start(scheduler(Map.of("DROVER_LOG_FORMAT", "journal"), "http.port = 0\n"));
        await().atMost(LIMIT).until(() -> said().contains("waiting for the database"));
        program.destroy();
        end(program);
        assertThat(said().lines()).allMatch(line -> line.matches("<[3-7]>.*"));
        assertThat(said()).contains("<6>", "<4>", "http.port = 0").doesNotContain("INFO", "balance.period_s");
    }

    /** Root may do all: its programs run without that power, as an ordinary user's do. */
    private UserPrincipal nobody() throws IOException {
        assumeThat(System.getProperty("user.name"))
                .as("only root gives files away")
                .isEqualTo("root");
        return folder.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("nobody");
    }

    private Process worker(String more) throws IOException {
        String encryption = more.contains("peer.encryption") ? "" : "peer.encryption = off\n";
        return start(program(Map.of(), "worker", AWAY + """
                host = h1
                state.folder = %s/state
                images.folder = %s
                peer.port = 0
                monitoring.port = 0
                qemu.accelerator = tcg
                """.formatted(folder, images) + encryption + more));
    }

    private Process scheduler(String more) throws IOException {
        return start(scheduler(Map.of(), more));
    }

    private ProcessBuilder scheduler(Map<String, String> environment, String more) throws IOException {
        return program(environment, "scheduler", AWAY + more);
    }

    private ProcessBuilder program(Map<String, String> environment, String name, String keys) throws IOException {
        Path file = Files.writeString(folder.resolve(name + ".properties"), keys);
        var builder = new ProcessBuilder(JavaProgram.command(List.of(), name, "--config", file.toString()));
        builder.environment().putAll(environment);
        return builder.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    }

    private Process start(ProcessBuilder builder) throws IOException {
        Process process = builder.start();
        started.add(process);
        return process;
    }

    private String said() throws IOException {
        return Files.exists(log) ? Files.readString(log) : "";
    }

    private static int end(Process process) throws InterruptedException {
        assertThat(process.waitFor(LIMIT)).isTrue();
        return process.exitValue();
    }
}
