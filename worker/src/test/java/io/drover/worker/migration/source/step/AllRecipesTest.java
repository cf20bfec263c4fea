package io.drover.worker.migration.source.step;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.messages.evidence.EvidenceRecords;
import io.drover.worker.migration.source.Step;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AllRecipesTest {
    static Stream<Step> steps() {
        var all = AllRecipes.all();
        return Stream.concat(all.live().steps().stream(), all.idle().steps().stream());
    }

    @ParameterizedTest
    @MethodSource("steps")
    void aStepLeavesTheRecordThatIsListedForItsName(Step step) {
        assertThat(Stream.of(step.getClass().getDeclaredMethods())
                        .filter(method -> method.getName().equals("run") && !method.isBridge()))
                .extracting(AllRecipesTest::evidence)
                .singleElement()
                .isEqualTo(EvidenceRecords.byStep().get(step.name()));
    }

    /** What a step makes beside its evidence is the first of two type arguments. */
    private static Type evidence(Method run) {
        return run.getGenericReturnType() instanceof ParameterizedType made
                ? made.getActualTypeArguments()[1]
                : run.getReturnType();
    }

    @Test
    void everyRecordIsThatOfAStep() {
        Set<String> names = new HashSet<>();
        steps().forEach(step -> names.add(step.name()));
        assertThat(names).isEqualTo(EvidenceRecords.byStep().keySet());
    }
}
