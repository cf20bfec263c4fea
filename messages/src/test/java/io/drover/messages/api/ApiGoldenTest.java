package io.drover.messages.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.messages.json.DroverJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What goes over HTTP, byte for byte. Operators' scripts read it: a name that changes or goes needs a word in the
 * changelog, and the file is rewritten with {@code -Dgolden.update=true}.
 */
class ApiGoldenTest {
    private static final Path FOLDER = Path.of("src/test/resources/golden-api");
    private static final Path SOURCES = Path.of("src/main/java/io/drover/messages/api");

    static Stream<Record> documents() {
        return Stream.concat(ApiSamples.answers().stream(), ApiSamples.requests().stream());
    }

    @ParameterizedTest
    @MethodSource("documents")
    void isWrittenAsEver(Record document) throws IOException {
        String text = DroverJson.mapper().writeValueAsString(document) + "\n";
        Path file = FOLDER.resolve(document.getClass().getSimpleName() + ".json");
        if (Boolean.getBoolean("golden.update")) {
            Files.createDirectories(FOLDER);
            Files.writeString(file, text);
        }
        assertThat(file).as("rewrite with -Dgolden.update=true").exists();
        assertThat(Files.readString(file)).isEqualTo(text);
    }

    @ParameterizedTest
    @MethodSource("documents")
    void comesBackAsItWasSent(Record document) {
        String text = DroverJson.mapper().writeValueAsString(document);
        assertThat((Record) DroverJson.strict().readValue(text, document.getClass()))
                .isEqualTo(document);
    }

    @Test
    void everyDocumentHasOne() throws IOException {
        List<String> samples =
                documents().map(document -> document.getClass().getSimpleName()).toList();
        assertThat(samples).containsExactlyInAnyOrderElementsOf(names(SOURCES, ".java"));
        assertThat(names(FOLDER, ".json")).containsExactlyInAnyOrderElementsOf(samples);
    }

    private static List<String> names(Path folder, String suffix) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.map(file -> String.valueOf(file.getFileName()))
                    .filter(name -> name.endsWith(suffix) && !name.startsWith("package-info"))
                    .map(name -> name.substring(0, name.length() - suffix.length()))
                    .toList();
        }
    }
}
