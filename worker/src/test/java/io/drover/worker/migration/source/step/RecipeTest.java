package io.drover.worker.migration.source.step;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.messages.evidence.EvidenceRecords;
import io.drover.worker.migration.source.MigrationContext;
import io.drover.worker.migration.source.Step;
import java.lang.reflect.Method;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RecipeTest {
    static Stream<Step> steps() {
        return Stream.concat(Recipe.live().stream(), Recipe.idle().stream());
    }

    @ParameterizedTest
    @MethodSource("steps")
    void aStepLeavesTheRecordThatIsListedForItsName(Step step) {
        assertThat(Stream.of(step.getClass().getDeclaredMethods())
                        .filter(method -> method.getName().equals("run") && !method.isBridge())
                        .filter(method -> method.getParameterCount() == 1
                                && method.getParameterTypes()[0] == MigrationContext.class))
                .extracting(Method::getReturnType)
                .singleElement()
                .isEqualTo(EvidenceRecords.byStep().get(step.name()));
    }

    @Test
    void everyRecordIsThatOfAStep() {
        Set<String> names = new HashSet<>();
        steps().forEach(step -> names.add(step.name()));
        assertThat(names).isEqualTo(EvidenceRecords.byStep().keySet());
    }
}
