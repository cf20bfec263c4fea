package io.drover.worker.ownership.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.worker.ownership.model.OwnershipRule.Fault;
import io.drover.worker.ownership.model.OwnershipRule.Move;
import io.drover.worker.ownership.model.OwnershipState.At;
import io.drover.worker.ownership.model.OwnershipState.Destination;
import io.drover.worker.ownership.model.OwnershipState.Mark;
import io.drover.worker.ownership.model.OwnershipState.Row;
import io.drover.worker.ownership.model.OwnershipState.Source;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Looks at every state the rule can reach, shortest ways first, so that a counterexample is a short story. */
class OwnershipModelTest {
    private static final int FAULTS = 3;

    private record Reached(OwnershipState state, @Nullable Long from, String by) {}

    private record Outcome(int states, Optional<String> wrong, List<String> story) {}

    @Test
    void ruleHoldsInEveryInterleaving() {
        Outcome outcome = explore(Set.of());
        System.out.println("ownership model: " + outcome.states() + " states");
        assertThat(outcome.wrong()).as(String.join("\n", outcome.story())).isEmpty();
        assertThat(outcome.states()).isGreaterThan(1000);
    }

    @ParameterizedTest
    @EnumSource(Fault.class)
    void brokenRuleIsCaught(Fault fault) {
        Outcome outcome = explore(Set.of(fault));
        System.out.println(fault + " after " + outcome.states() + " states: "
                + outcome.wrong().orElse("") + "\n  " + String.join("\n  ", outcome.story()));
        assertThat(outcome.wrong()).isPresent();
    }

    private static Outcome explore(Set<Fault> broken) {
        var rule = new OwnershipRule(broken);
        Map<Long, Reached> seen = new HashMap<>();
        Deque<OwnershipState> next = new ArrayDeque<>();
        var first = new OwnershipState(FAULTS);
        seen.put(first.key(), new Reached(first, null, "the guest is stopped for the switchover"));
        next.add(first);
        while (!next.isEmpty()) {
            OwnershipState now = next.remove();
            List<Move> moves = rule.moves(now);
            Optional<String> wrong = wrong(now, moves);
            if (wrong.isPresent()) {
                return new Outcome(seen.size(), wrong, story(seen, now));
            }
            for (Move move : moves) {
                var reached = new Reached(move.to(), now.key(), move.name());
                if (seen.putIfAbsent(move.to().key(), reached) == null) {
                    next.add(move.to());
                }
            }
        }
        return new Outcome(seen.size(), Optional.empty(), List.of());
    }

    private static Optional<String> wrong(OwnershipState now, List<Move> moves) {
        if (now.source == Source.RUNNING && now.destination == Destination.RUNNING) {
            return Optional.of("two guests run");
        }
        if (now.destination == Destination.RUNNING && now.sentIsOld) {
            return Optional.of("both copies are truth: the guest ran here after its state was sent, and runs there");
        }
        if (now.ranAtDestination && now.source == Source.RUNNING) {
            return Optional.of("both copies are truth: the guest ran there, and runs here again");
        }
        if (now.ranAtDestination && !now.destinationOwns && !now.setBack) {
            return Optional.of("a guest that ran at the destination is lost: the source owns it");
        }
        if (now.retired && !now.ranAtDestination) {
            return Optional.of("the source is retired before the destination was seen running");
        }
        return moves.isEmpty() ? wrongEnd(now) : Optional.empty();
    }

    /** Where nothing can happen any more the migration must be over, and its guest with the owner unless it died. */
    private static Optional<String> wrongEnd(OwnershipState now) {
        boolean atDestination = now.row == Row.COMPLETED
                && (now.destination == Destination.RUNNING || now.destination == Destination.DEAD);
        boolean atSource = now.row == Row.ROLLED_BACK && (now.source == Source.RUNNING || now.source == Source.DEAD);
        boolean boundOfTheModel = now.attempt == 4;
        if (now.setBack && wrongEndAfterALostCommit(now)) {
            return Optional.of("not stranded after a lost commit: " + now);
        }
        if (now.setBack && (now.at == At.STRANDED || now.row == Row.UNKNOWN)) {
            return Optional.empty();
        }
        return atDestination || atSource || boundOfTheModel ? Optional.empty() : Optional.of("stuck: " + now);
    }

    /** What ran at the destination is not to run here; what did not is to run here unless nobody could know. */
    private static boolean wrongEndAfterALostCommit(OwnershipState now) {
        boolean mayBeGiven = now.mark == Mark.GIVING || now.mark == Mark.GIVEN;
        boolean stands = now.source != Source.RUNNING && !now.retired && !now.destinationOwns;
        return stands && now.at != At.STRANDED && !mayBeGiven;
    }

    private static List<String> story(Map<Long, Reached> seen, OwnershipState end) {
        var story = new ArrayList<String>();
        Reached at = seen.get(end.key());
        while (at != null) {
            story.addFirst(at.by() + "  [" + at.state() + "]");
            at = at.from() == null ? null : seen.get(at.from());
        }
        return story;
    }
}
