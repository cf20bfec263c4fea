package io.drover.worker.ownership.model;

import static io.drover.worker.ownership.model.IdleState.DESTINATION;
import static io.drover.worker.ownership.model.IdleState.SOURCE;
import static org.assertj.core.api.Assertions.assertThat;

import io.drover.worker.ownership.model.IdleRule.Fault;
import io.drover.worker.ownership.model.IdleRule.Move;
import io.drover.worker.ownership.model.IdleState.Row;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Looks at every state that giving a stopped VM away, racing a start of it, can reach. */
class IdleModelTest {
    private static final int FAULTS = 2;

    private record Reached(IdleState state, @Nullable Long from, String by) {}

    /** All that was reached, who leads to whom, and the first state that must not be. */
    private record Explored(
            Map<Long, Reached> seen,
            Map<Long, List<Long>> before,
            @Nullable IdleState wrong) {
        Optional<String> problem() {
            return wrong == null ? Optional.empty() : IdleModelTest.wrong(wrong);
        }

        String story() {
            var story = new ArrayList<String>();
            Reached at = wrong == null ? null : seen.get(wrong.key());
            while (at != null) {
                story.addFirst(at.by() + "  [" + at.state() + "]");
                at = at.from() == null ? null : seen.get(at.from());
            }
            return String.join("\n", story);
        }
    }

    @Test
    void ruleHoldsInEveryInterleaving() {
        Explored explored = explore(Set.of());
        System.out.println("ownership model, stopped VM: " + explored.seen().size() + " states");
        assertThat(explored.problem()).as(explored.story()).isEmpty();
        assertThat(explored.seen().size()).isGreaterThan(1000);
    }

    @Test
    void aWantedStartIsAlwaysWithinReach() {
        Explored explored = explore(Set.of());
        Deque<Long> next = new ArrayDeque<>();
        explored.seen().forEach((key, reached) -> {
            if (ended(reached.state())) {
                next.add(key);
            }
        });
        Set<Long> mayEnd = new HashSet<>(next);
        while (!next.isEmpty()) {
            for (long before : explored.before().getOrDefault(next.remove(), List.of())) {
                if (mayEnd.add(before)) {
                    next.add(before);
                }
            }
        }
        assertThat(explored.seen().values())
                .filteredOn(reached -> !mayEnd.contains(reached.state().key()))
                // The model's bound on claims, not the rule's.
                .allMatch(reached -> reached.state().attempt == 4);
    }

    @ParameterizedTest
    @EnumSource(Fault.class)
    void brokenRuleIsCaught(Fault fault) {
        Explored explored = explore(Set.of(fault));
        System.out.println(fault + ": " + explored.problem().orElse("") + "\n" + explored.story());
        assertThat(explored.problem()).isPresent();
    }

    private static Explored explore(Set<Fault> broken) {
        var rule = new IdleRule(broken);
        Map<Long, Reached> seen = new HashMap<>();
        Map<Long, List<Long>> before = new HashMap<>();
        Deque<IdleState> next = new ArrayDeque<>();
        var first = new IdleState(FAULTS);
        seen.put(first.key(), new Reached(first, null, "the VM is stopped"));
        next.add(first);
        while (!next.isEmpty()) {
            IdleState now = next.remove();
            if (wrong(now).isPresent()) {
                return new Explored(seen, before, now);
            }
            for (Move move : rule.moves(now)) {
                long key = move.to().key();
                before.computeIfAbsent(key, to -> new ArrayList<>()).add(now.key());
                if (seen.putIfAbsent(key, new Reached(move.to(), now.key(), move.name())) == null) {
                    next.add(move.to());
                }
            }
        }
        return new Explored(seen, before, null);
    }

    private static Optional<String> wrong(IdleState now) {
        if (now.running[SOURCE] && now.running[DESTINATION]) {
            return Optional.of("two guests run");
        }
        if (now.running[DESTINATION] && now.copyIsOld) {
            return Optional.of("the guest ran here after it was copied, and runs there");
        }
        if (now.running[SOURCE] && now.destinationOwns) {
            return Optional.of("the guest runs here, and the destination owns it");
        }
        if (now.ranAtDestination && !now.destinationOwns) {
            return Optional.of("the guest ran there, and the source owns it");
        }
        return Optional.empty();
    }

    /** The migration is over and the guest runs with the owner. */
    private static boolean ended(IdleState now) {
        return (now.row == Row.COMPLETED && now.running[DESTINATION])
                || (now.row == Row.ROLLED_BACK && now.running[SOURCE]);
    }
}
