package io.drover.checks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code docs/reliability.md} names tests that exist. */
class ReliabilityTableTest {
    private static final Path ROOT = Path.of("../..").toAbsolutePath().normalize();
    private static final Pattern TEST = Pattern.compile("`(\\w+(?:Test|IT))(?:#(\\w+))?`");

    @Test
    void everyTestThatTheTableNamesExists() throws IOException {
        String table = Files.readString(ROOT.resolve("docs/reliability.md"));
        List<String> missing = new ArrayList<>();
        int named = 0;
        Matcher test = TEST.matcher(table);
        while (test.find()) {
            named++;
            if (!exists(test.group(1), test.group(2))) {
                missing.add(test.group());
            }
        }
        assertThat(missing).isEmpty();
        assertThat(named).isGreaterThan(20);
    }

    private static boolean exists(String type, String method) throws IOException {
        try (Stream<Path> files = Files.walk(ROOT)) {
            List<Path> found = files.filter(
                            path -> path.toString().contains("/src/test/") && path.endsWith(Path.of(type + ".java")))
                    .toList();
            for (Path file : found) {
                if (method == null || Files.readString(file).contains(" " + method + "(")) {
                    return true;
                }
            }
            return false;
        }
    }
}
