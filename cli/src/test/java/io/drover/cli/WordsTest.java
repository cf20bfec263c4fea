package io.drover.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the console says of careless input. */
@Tag("attack")
class WordsTest {
    /** Nobody listens there. */
    private static final String NOWHERE = "--scheduler=http://127.0.0.1:1";

    private static final String DEFINITION = """
        {"name": "typo", "vcpus": 1, "memory_bytes": 268435456, "machine": "pc-q35-7.2", "cpu_model": "qemu64",
         "network_cards": 0, "disks": [{"id": "data", "role": "data", "image": "typo.img"}]}\
        """;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @DisplayName("F9, F16: what the console does not know it refuses in the reader's words")
    @CsvSource(
            delimiter = '|',
            value = {
                "'\"role\"'            | '\"formt\": \"qcow2\", \"readonly\": true, \"role\"' | disks.formt: unknown"
                        + " field; known are base, format, id, image, role",
                "'\"vcpus\"'           | '\"networks\": [], \"vcpus\"' | networks: unknown field; known are",
                "'\"vcpus\": 1'        | '\"vcpus\": 1.9'              | 'vcpus: must be a whole number, is 1.9'",
                "'\"vcpus\": 1'        | '\"vcpus\": \"2\"'            | 'vcpus: must be a whole number, is the text"
                        + " ''2'''",
                "'268435456'           | '9223372036854775807'         | 'memory_bytes: 9223372036854775807 is above"
                        + " 64 TiB'",
                "'\"role\": \"data\"'  | '\"role\": \"cdrom\"'         | 'disks.role: ''cdrom'' is neither data nor"
                        + " swap'",
                "'\"typo\"' | '\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"' | at most 63"
                        + " lower-case letters",
            })
    void refusesADefinition(String good, String bad, String says) throws IOException {
        Path file = Files.writeString(folder.resolve("typo.json"), DEFINITION.replace(good, bad));

        CommandRun run = CommandRun.of(false, "vm", "define", file.toString(), "--host", "h1", NOWHERE);

        assertThat(run.err())
                .startsWith("drover: " + file + ": ")
                .contains(says)
                .doesNotContain("io.drover");
        assertThat(run.exitCode()).isEqualTo(2);
    }

    @Test
    @DisplayName("F16: why a file cannot be read is said in words")
    void saysWhyAFileCannotBeRead() throws IOException {
        Path bad =
                Files.write(folder.resolve("bad3.json"), "{\"a\": \"\u00ff\"}".getBytes(StandardCharsets.ISO_8859_1));

        assertThat(defined(folder.resolve("none")))
                .isEqualTo("drover: cannot read " + folder + "/none: no such file\n");
        assertThat(defined(folder)).isEqualTo("drover: cannot read " + folder + ": is a folder\n");
        assertThat(defined(bad)).isEqualTo("drover: " + bad + ": the document: is not UTF-8\n");
    }

    private static String defined(Path file) {
        return CommandRun.of(false, "vm", "define", file.toString(), "--host", "h1", NOWHERE)
                .err();
    }

    @ParameterizedTest
    @DisplayName("F16: there is one way to say a time")
    @ValueSource(strings = {"90", "90s", "90min", "24h", "7d", "PT1H30M"})
    void everyOptionTakesEveryTime(String time) {
        assertThat(CommandRun.of(false, "vm", "stop", "web1", "--wait", "--timeout", time, NOWHERE)
                        .exitCode())
                .isEqualTo(6);
        assertThat(CommandRun.of(false, "migrate", "web1", "--wait", "--timeout", time, NOWHERE)
                        .exitCode())
                .isEqualTo(6);
        CommandRun misused = CommandRun.of(false, "migrate", "web1", "--wait", "--timeout", "-" + time, NOWHERE);
        assertThat(misused.exitCode()).isEqualTo(2);
    }

    @Test
    @DisplayName("K14: who forces says where to and why")
    void forceWantsAReason() {
        CommandRun run = CommandRun.of(false, "migrate", "web1", "--to", "h2", "--force", NOWHERE);

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).isEqualTo("drover: --force wants --to HOST and --reason TEXT\n");
    }
}
