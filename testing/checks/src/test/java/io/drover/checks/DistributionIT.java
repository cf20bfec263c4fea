package io.drover.checks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What is shipped runs by itself, and holds nothing that only tests need. */
final class DistributionIT {
    private static final Path LIBRARIES =
            Path.of("../../dist/target/lib").toAbsolutePath().normalize();

    @Test
    void nothingOfTheTestsIsShipped() throws IOException {
        try (Stream<Path> files = Files.list(LIBRARIES)) {
            List<String> names =
                    files.map(file -> file.getFileName().toString()).toList();
            assertThat(names).anyMatch(name -> name.startsWith("drover-cli-"));
            assertThat(names)
                    .noneMatch(name -> name.matches(
                            "(drover-(testbed|demo|bench|checks)|junit|assertj|awaitility|testcontainers|archunit).*"))
                    .noneMatch(name -> name.endsWith("-tests.jar"));
        }
    }

    /** A choice between several licences is made by name: dist/src/license/override-THIRD-PARTY.properties. */
    @Test
    void everyLibraryIsTakenUnderOneLicence() throws IOException {
        List<String> lines = Files.readAllLines(LIBRARIES.resolveSibling("third-party.txt")).stream()
                .filter(line -> line.startsWith("     ("))
                .toList();
        assertThat(lines).hasSizeGreaterThan(20).allMatch(line -> line.matches(" +\\([^()]+\\) [^(].*"));
        try (Stream<Path> files = Files.list(LIBRARIES)) {
            assertThat(files).hasSize(lines.size());
        }
    }

    @Test
    void theProgramStartsFromItAlone() throws Exception {
        Process drover = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        LIBRARIES + "/*",
                        "io.drover.cli.Drover",
                        "--version")
                .redirectErrorStream(true)
                .start();
        try {
            String said = new String(drover.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(drover.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(said).matches("drover [0-9]+\\.[0-9]+\\.[0-9]+.*\\s*");
            assertThat(drover.exitValue()).isZero();
        } finally {
            drover.destroyForcibly();
        }
    }
}
