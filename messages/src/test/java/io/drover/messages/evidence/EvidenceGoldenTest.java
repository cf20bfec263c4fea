package io.drover.messages.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.messages.evidence.JournalledEvidence.PauseFigures;
import io.drover.messages.json.DroverJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.node.ObjectNode;

/**
 * What steps leave in the journal, byte for byte. Rows of earlier versions stay in the database and views read keys of
 * them: a file whose record has changed is kept under another name, {@code <step>.<version>.json}, and the new one
 * written with {@code -Dgolden.update=true}.
 */
class EvidenceGoldenTest {
    private static final Path FOLDER = Path.of("src/test/resources/golden-evidence");

    static Stream<String> names() {
        return EvidenceSamples.all().keySet().stream();
    }

    private static JournalledEvidence sample(String name) {
        return Objects.requireNonNull(EvidenceSamples.all().get(name));
    }

    @ParameterizedTest
    @MethodSource("names")
    void isWrittenAsEver(String name) throws IOException {
        String document = sample(name).json() + "\n";
        Path file = FOLDER.resolve(name + ".json");
        if (Boolean.getBoolean("golden.update")) {
            Files.createDirectories(FOLDER);
            Files.writeString(file, document);
        }
        assertThat(file).as("rewrite with -Dgolden.update=true").exists();
        assertThat(Files.readString(file)).isEqualTo(document);
    }

    static Stream<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void staysReadable(Path file) throws IOException {
        String step = step(String.valueOf(file.getFileName()));
        assertThat(EvidenceRecords.read(record(step), step, Files.readString(file)))
                .isPresent();
    }

    @ParameterizedTest
    @MethodSource("names")
    void comesBackAsItWasWritten(String name) {
        JournalledEvidence sample = sample(name);
        String step = step(name);
        assertThat(EvidenceRecords.read(record(step), step, sample.json()).orElseThrow())
                .isEqualTo(sample.evidence());
        if (sample.pause() != null) {
            assertThat(DroverJson.mapper().readValue(sample.json(), PauseFigures.class))
                    .isEqualTo(sample.pause());
        }
    }

    @Test
    void everyRecordIsListedAndHasASample() {
        Class<?>[] records = StepEvidence.class.getPermittedSubclasses();
        assertThat(new ArrayList<Class<?>>(EvidenceRecords.byStep().values())).containsExactlyInAnyOrder(records);
        assertThat(EvidenceSamples.all().values())
                .<Class<?>>extracting(sample -> sample.evidence().getClass())
                .contains(records);
    }

    @ParameterizedTest
    @MethodSource("names")
    void keysOfANewerWorkerArePassedOver(String name) {
        ObjectNode document =
                (ObjectNode) DroverJson.mapper().readTree(sample(name).json());
        document.path("disks").valueStream().forEach(disk -> ((ObjectNode) disk).put("of_a_newer_version", 1));
        document.put("of_a_newer_version", 1);
        String step = step(name);
        assertThat(EvidenceRecords.read(record(step), step, document.toString()).orElseThrow())
                .isEqualTo(sample(name).evidence());
    }

    @Test
    void otherStepsHaveNoSuchRecord() {
        String document = sample(SentRest.STEP).json();
        assertThat(EvidenceRecords.read(SentRest.class, "of-a-newer-version", document))
                .isEmpty();
        assertThat(EvidenceRecords.read(SentRest.class, PulledRest.STEP, document))
                .isEmpty();
        assertThat(EvidenceRecords.read(SentRest.class, SentRest.STEP, null)).isEmpty();
        assertThat(EvidenceRecords.read(SentRest.class, SentRest.STEP, document))
                .isPresent();
    }

    private static String step(String name) {
        return name.replaceAll("\\..*", "");
    }

    private static Class<? extends StepEvidence> record(String step) {
        return Objects.requireNonNull(EvidenceRecords.byStep().get(step));
    }
}
