package io.drover.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every program against every mistake of its configuration: exit code 2 and a sentence, never a defect. */
@Tag("attack")
class ConfigurationTest {
    private static final String DATABASE = """
        database.url = jdbc:postgresql://127.0.0.1:1/drover
        database.user = somebody
        database.password = secret
        """;

    private static final String BROKER = """
        rabbit.user = somebody
        rabbit.password = secret
        """;

    private static final Map<String, String> PROGRAMS = Map.of(
            "worker", DATABASE + BROKER + """
                host = h1
                state.folder = /nonexistent/state
                images.folder = /nonexistent/images
                peer.encryption = off
                """,
            "scheduler", DATABASE + BROKER,
            "schema migrate", DATABASE);

    @TempDir
    private Path folder;

    @Test
    @DisplayName("F22: whatever is wrong with a configuration is said as that, never as a defect")
    void everyProgramRefusesEveryMistake() throws IOException {
        var faults = new ArrayList<String>();
        for (Map.Entry<String, String> program : PROGRAMS.entrySet()) {
            for (Map.Entry<String, byte[]> mistake :
                    mistakes(program.getValue()).entrySet()) {
                Path file = Files.write(folder.resolve("drover.properties"), mistake.getValue());
                check(program.getKey(), mistake.getKey(), file, faults);
            }
            check(program.getKey(), "no such file", folder.resolve("none"), faults);
            check(program.getKey(), "is a folder", folder, faults);
        }
        check("worker", "run.folder", written("run.folder = /" + "r".repeat(70) + "\n"), faults);
        check("worker", "capacity.cpu_cores", written("capacity.cpu_cores = NaN\n"), faults);
        check("worker", "capacity.cpu_cores", written("capacity.cpu_cores = 0x10p1\n"), faults);
        check("worker", "migration.rounds", written("migration.rounds = 9223372036854775808\n"), faults);
        check("worker", "migration.rounds", written("migration.rounds = 1.5\n"), faults);
        assertThat(faults).isEmpty();
    }

    /** By what the refusal has to name. */
    private static Map<String, byte[]> mistakes(String good) {
        var mistakes = new LinkedHashMap<String, byte[]>();
        mistakes.put("byte order mark", bytes("\uFEFF" + good));
        mistakes.put("database.user: stands twice", bytes(good + "database.user = other\n"));
        mistakes.put("databse.user", bytes(good + "databse.user = other\n"));
        mistakes.put("is not UTF-8", (good + "# \u00ff").getBytes(StandardCharsets.ISO_8859_1));
        mistakes.put("hexadecimal", bytes(good + "database.other = \\u12\n"));
        mistakes.put("control character", bytes(good.replace("somebody", "some\u001bbody")));
        mistakes.put("missing; must be", bytes(""));
        mistakes.put(
                "database.url: 'jdbc:mysql://db/drover' is not",
                bytes(good.replace("postgresql://127.0.0.1:1", "mysql://db")));
        mistakes.put(
                "database.url: 'jdbc:postgresql://db:port/drover' is not",
                bytes(good.replace("127.0.0.1:1", "db:port")));
        return mistakes;
    }

    private Path written(String more) throws IOException {
        return Files.writeString(folder.resolve("worker.properties"), PROGRAMS.get("worker") + more);
    }

    private static void check(String program, String named, Path file, List<String> faults) {
        String[] words = (program + " --config " + file).split(" ");
        CommandRun run = CommandRun.of(false, words);
        boolean plain = run.err().startsWith("drover: ")
                && run.err().lines().count() == 1
                && !run.err().contains("Exception");
        if (run.exitCode() != 2
                || !plain
                || !run.err().contains(named)
                || !run.err().contains(file.toString())) {
            faults.add(program + ", " + named + ": exit code " + run.exitCode() + ", "
                    + run.err().lines().findFirst());
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
