package io.drover.schema;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.schema.contract.BundleContract;
import io.drover.schema.contract.LifecycleContract;
import io.drover.schema.contract.OwnershipContract;
import io.drover.schema.contract.Stores;
import io.drover.schema.contract.SubmissionContract;
import io.drover.schema.memory.MemoryStores;
import io.drover.schema.memory.Rule;
import java.lang.annotation.Annotation;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The contract finds a store that keeps every rule but one. */
class WrongStoreTest {
    private static final List<Function<Stores, Object>> CONTRACTS = List.of(
            WrongStoreTest::submissions, WrongStoreTest::lifecycle, WrongStoreTest::ownership, WrongStoreTest::bundles);

    @ParameterizedTest
    @EnumSource
    void isFound(Rule rule) throws Exception {
        assertThat(failures(() -> new MemoryStores().without(rule))).contains(finder(rule));
    }

    @Test
    void aStoreThatKeepsEveryRulePasses() throws Exception {
        assertThat(failures(MemoryStores::new)).isEmpty();
    }

    /** The test that is about the rule. */
    private static String finder(Rule rule) {
        return switch (rule) {
            case ONE_OPEN_MIGRATION -> "aSecondMigrationOfAVmWaitsForTheEndOfTheFirst";
            case ALLOWED_TRANSITION -> "onlyAClaimTakesFromTheQueueAndOnlyAPersonLeavesStranded";
            case CURRENT_ATTEMPT -> "aTransitionNeedsTheCurrentAttemptAndAnAllowedTarget";
            case GIVE_ONCE -> "theGiveAskedAgainIsDoneAgainAndChangesNothing";
            case GIVE_ATTEMPT -> "aNewClaimShutsAnEarlierAttemptOut";
            case GIVE_FROM_SWITCHING -> "theGiveIsRefusedBeforeTheSwitch";
            case GIVE_NOT_CANCELLED -> "theGiveIsRefusedAfterACancel";
            case GIVE_EPOCH -> "theGiveIsRefusedAtAnotherEpochOrForAnotherVm";
            case DESTINATION_EPOCH -> "onlyTheDestinationAtItsEpochRecordsResumed";
            case ALL_OR_NONE -> "aRefusedOneTakesTheOthersWithIt";
        };
    }

    /** Makes the stores of one test. */
    @FunctionalInterface
    private interface Fresh {
        Stores stores();
    }

    private static List<String> failures(Fresh fresh) throws IllegalAccessException {
        var failed = new ArrayList<String>();
        for (Function<Stores, Object> contract : CONTRACTS) {
            for (Method test :
                    methods(contract.apply(fresh.stores()), Test.class).toList()) {
                Object instance = contract.apply(fresh.stores());
                try {
                    for (Method before : methods(instance, BeforeEach.class).toList()) {
                        before.invoke(instance);
                    }
                    test.invoke(instance);
                } catch (InvocationTargetException e) {
                    failed.add(test.getName());
                }
            }
        }
        return failed;
    }

    private static Stream<Method> methods(Object contract, Class<? extends Annotation> kind) {
        return Arrays.stream(contract.getClass().getSuperclass().getDeclaredMethods())
                .filter(method -> method.isAnnotationPresent(kind))
                .peek(method -> method.setAccessible(true));
    }

    private static Object submissions(Stores stores) {
        return new SubmissionContract() {
            @Override
            protected Stores stores() {
                return stores;
            }
        };
    }

    private static Object lifecycle(Stores stores) {
        return new LifecycleContract() {
            @Override
            protected Stores stores() {
                return stores;
            }
        };
    }

    private static Object ownership(Stores stores) {
        return new OwnershipContract() {
            @Override
            protected Stores stores() {
                return stores;
            }
        };
    }

    private static Object bundles(Stores stores) {
        return new BundleContract() {
            @Override
            protected Stores stores() {
                return stores;
            }
        };
    }
}
