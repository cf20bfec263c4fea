package io.drover.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What packages have of the commands. */
final class ManualTest {
    @TempDir
    private Path folder;

    @BeforeEach
    void write() {
        CommandRun run = CommandRun.of(false, "manual", "--out", folder.toString());
        assertThat(run.err()).isEmpty();
        assertThat(run.exitCode()).isZero();
    }

    @Test
    void everyCommandForPeopleHasAPage() throws IOException {
        try (Stream<Path> pages = Files.list(folder.resolve("man1"))) {
            assertThat(pages.map(page -> page.getFileName().toString()))
                    .hasSizeGreaterThan(25)
                    .contains("drover.1", "drover-migrate.1", "drover-pki-init.1", "drover-worker.1")
                    .doesNotContain("drover-manual.1");
        }
    }

    @Test
    void aPageHasWhatTheHelpHas() throws IOException {
        assertThat(read("man1/drover-pki-init.1")).isEqualTo("""
                .TH "DROVER\\-PKI\\-INIT" 1 "" "drover VERSION" "Drover"
                .SH NAME
                drover\\-pki\\-init \\- Make the fleet's certificate authority.
                .SH SYNOPSIS
                .nf
                drover pki init [\\-h] [\\-\\-days=<days>] \\-\\-folder=FOLDER
                .fi
                .SH DESCRIPTION
                Its key, ca\\-key.pem, signs for every host: keep the folder away from them.
                .SH OPTIONS
                .TP
                \\fB\\-\\-folder\\fR=\\fIFOLDER\\fR
                The authority's folder.
                .TP
                \\fB\\-\\-days\\fR=\\fI<days>\\fR
                Good for so many days; 3650 if omitted.
                .TP
                \\fB\\-h\\fR, \\fB\\-\\-help\\fR
                Show this help.
                .SH EXAMPLES
                .nf
                  drover pki init \\-\\-folder /root/drover\\-pki
                .fi
                .SH SEE ALSO
                \\fBdrover\\-pki\\fR(1)
                """);
    }

    @Test
    void completionsKnowEveryCommandAndOption() throws Exception {
        assertThat(read("zsh/_drover"))
                .startsWith("#compdef drover\n")
                .contains("'init:Make the fleet'\"'\"'s certificate authority.'");
        assertThat(read("fish/drover.fish"))
                .contains(
                        "-n '__drover_typed drover pki' -f -a init -d 'Make the fleet'\"'\"'s certificate authority.'");
        assertThat(read("bash/drover")).contains("--allow-pull");
        assertThat(new ProcessBuilder(
                                "bash", "-n", folder.resolve("bash/drover").toString())
                        .start()
                        .waitFor())
                .isZero();
    }

    private String read(String name) throws IOException {
        return Files.readString(folder.resolve(name)).replaceAll("\"drover [0-9][^\"]*\"", "\"drover VERSION\"");
    }
}
