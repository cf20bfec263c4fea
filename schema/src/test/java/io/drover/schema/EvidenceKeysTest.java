package io.drover.schema;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.messages.evidence.EvidenceRecords;
import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What SQL reads of a step's evidence is what the record of that step writes. */
class EvidenceKeysTest {
    private static final Path SOURCES = Path.of("src/main/resources");
    private static final Pattern COMMENT = Pattern.compile("--.*");
    private static final Pattern READS_EVIDENCE = Pattern.compile("\\bevidence\\s*(::\\s*jsonb?\\s*)?(->|#>)");
    private static final Pattern STEP = Pattern.compile("\\bstep\\s*=\\s*'([^']*)'");
    private static final Pattern KEY = Pattern.compile("->>?\\s*'([^']*)'");
    private static final Pattern PATH = Pattern.compile("#>>?\\s*'\\{([^}]*)}'");

    @Test
    void everyKeyThatSqlReadsIsWritten() throws IOException {
        List<String> reading = statements().stream()
                .filter(statement -> READS_EVIDENCE.matcher(statement).find())
                .toList();
        // A rule over nothing would always hold.
        assertThat(reading).isNotEmpty();
        for (String statement : reading) {
            Set<String> steps = found(STEP, statement);
            assertThat(steps).as(statement).isNotEmpty();
            assertThat(EvidenceRecords.byStep().keySet()).as(statement).containsAll(steps);
            Set<String> written = new TreeSet<>();
            steps.forEach(step ->
                    addKeys(Objects.requireNonNull(EvidenceRecords.byStep().get(step)), written));
            assertThat(keys(statement)).as(statement).isNotEmpty().isSubsetOf(written);
        }
    }

    private static List<String> statements() throws IOException {
        var statements = new ArrayList<String>();
        try (Stream<Path> files =
                Files.find(SOURCES, 9, (path, _) -> path.toString().endsWith(".sql"))) {
            for (Path file : files.sorted().toList()) {
                String sql = COMMENT.matcher(Files.readString(file)).replaceAll("");
                statements.addAll(List.of(sql.split(";")));
            }
        }
        return statements;
    }

    private static Set<String> keys(String statement) {
        Set<String> keys = found(KEY, statement);
        found(PATH, statement).forEach(path -> keys.addAll(List.of(path.split(","))));
        return keys;
    }

    private static Set<String> found(Pattern pattern, String text) {
        var found = new TreeSet<String>();
        pattern.matcher(text).results().map(EvidenceKeysTest::first).forEach(found::add);
        return found;
    }

    private static String first(MatchResult result) {
        return result.group(1);
    }

    /** The keys of a record and of all that is nested in it; the keys of its maps are disks and algorithms. */
    private static void addKeys(Type type, Set<String> keys) {
        if (type instanceof ParameterizedType collection) {
            addKeys(List.of(collection.getActualTypeArguments()).getLast(), keys);
        } else if (type instanceof Class<?> choice && choice.isSealed()) {
            List.of(choice.getPermittedSubclasses()).forEach(each -> addKeys(each, keys));
        } else if (type instanceof Class<?> record && record.isRecord()) {
            for (RecordComponent component : record.getRecordComponents()) {
                keys.add(snakeCase(component.getName()));
                addKeys(component.getGenericType(), keys);
            }
        }
    }

    private static String snakeCase(String name) {
        return name.replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
    }
}
