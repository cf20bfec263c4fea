package io.drover.cli.doors;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.cli.Commands;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every door against every mistake: refused, the field named, in a sentence for people. */
@Tag("attack")
class DoorsTest {
    /** What no person should have to read. */
    private static final Predicate<String> TECHNICAL = Pattern.compile(
                    "\\b(java|tools|com|io)\\.[a-z]+\\.|Exception|\\bP?T[0-9]+[HMS]|\\bat"
                            + " [a-z]+\\.|\\$[A-Z0-9]|\\[[a-z]-z|\\{0,")
            .asPredicate();

    @Test
    @DisplayName("F9, F19: every door refuses every mistake by the field's name and in plain words")
    void everyDoorRefusesEveryMistake(@TempDir Path folder) throws Exception {
        var faults = new ArrayList<String>();
        int cells = 0;
        try (var scheduler = new AwayScheduler();
                HttpClient client = HttpClient.newHttpClient()) {
            for (Door door : new Doors(client, scheduler.address(), folder, DoorsTest::define).all()) {
                assertThat(door.entry().let(door.good().getBytes(StandardCharsets.UTF_8)))
                        .as("%s lets in what is right", door)
                        .isEmpty();
                for (Mistake mistake : Mistake.of(door)) {
                    cells++;
                    fault(mistake, door.entry().let(mistake.document()))
                            .ifPresent(fault -> faults.add(door + " / " + mistake + ": " + fault));
                }
            }
        }
        assertThat(faults).isEmpty();
        assertThat(cells).isGreaterThan(500);
    }

    private static Optional<String> fault(Mistake mistake, Optional<String> refusal) {
        if (refusal.isEmpty()) {
            return Optional.of("came in");
        }
        String said = refusal.get();
        boolean plain =
                !TECHNICAL.test(said) && said.strip().chars().noneMatch(Character::isISOControl) && said.length() < 500;
        return plain && said.contains(mistake.named()) ? Optional.empty() : Optional.of("said " + said);
    }

    private static String define(Path file, URI scheduler) {
        return Commands.errorOf("vm", "define", file.toString(), "--host", "h1", "--scheduler", scheduler.toString());
    }
}
