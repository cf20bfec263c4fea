package io.drover.messages;

import static io.drover.messages.MigrationState.COMPLETED;
import static io.drover.messages.MigrationState.FINISHING;
import static io.drover.messages.MigrationState.PREPARING;
import static io.drover.messages.MigrationState.PULLING;
import static io.drover.messages.MigrationState.QUEUED;
import static io.drover.messages.MigrationState.REPLICATING;
import static io.drover.messages.MigrationState.RESUMING;
import static io.drover.messages.MigrationState.ROLLING_BACK;
import static io.drover.messages.MigrationState.STRANDED;
import static io.drover.messages.MigrationState.SWITCHING;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

final class MigrationStateTest {
    @Test
    void theGuestRunsUndisturbedBeforeTheSwitchover() {
        assertThat(those(MigrationState::beforeSwitchover)).containsExactly(QUEUED, PREPARING, REPLICATING);
    }

    @Test
    void theSourceOwnsTheVmBeforeTheGive() {
        assertThat(those(MigrationState::beforeGive)).containsExactly(QUEUED, PREPARING, REPLICATING, SWITCHING);
    }

    @Test
    void theDestinationHasNotBeenSeenRunning() {
        assertThat(those(MigrationState::beforeResumed))
                .containsExactly(QUEUED, PREPARING, REPLICATING, SWITCHING, RESUMING);
    }

    @Test
    void aStatePrecedesThoseAfterItOnTheWay() {
        assertThat(those(state -> state.precedes(RESUMING))).containsExactly(QUEUED, PREPARING, REPLICATING, SWITCHING);
        assertThat(those(SWITCHING::precedes)).containsExactly(RESUMING, PULLING, FINISHING, COMPLETED);
        assertThat(those(ROLLING_BACK::precedes)).isEmpty();
        assertThat(those(state -> state.precedes(STRANDED))).isEmpty();
    }

    @Test
    void everyStepOfTheWayMayFollowTheOneBefore() {
        // The way that precedes() goes by is the one the database accepts.
        for (MigrationState state : MigrationState.values()) {
            for (MigrationState next : state.successors()) {
                assertThat(next.precedes(state)).as("%s after %s", next, state).isFalse();
            }
        }
        assertThat(PREPARING.successors()).contains(REPLICATING);
        assertThat(RESUMING.successors()).contains(PULLING, FINISHING);
    }

    private static Iterable<MigrationState> those(Predicate<MigrationState> predicate) {
        return Arrays.stream(MigrationState.values()).filter(predicate).toList();
    }
}
