package io.drover.schema.contract;

import static io.drover.messages.MigrationState.CANCELLED;
import static io.drover.messages.MigrationState.COMPLETED;
import static io.drover.messages.MigrationState.FINISHING;
import static io.drover.messages.MigrationState.PREPARING;
import static io.drover.messages.MigrationState.PULLING;
import static io.drover.messages.MigrationState.QUEUED;
import static io.drover.messages.MigrationState.REPLICATING;
import static io.drover.messages.MigrationState.RESUMING;
import static io.drover.messages.MigrationState.ROLLED_BACK;
import static io.drover.messages.MigrationState.ROLLING_BACK;
import static io.drover.messages.MigrationState.STRANDED;
import static io.drover.messages.MigrationState.SWITCHING;
import static org.assertj.core.api.Assertions.assertThat;

import io.drover.messages.MigrationState;
import io.drover.schema.record.SubmitResult;
import io.drover.schema.record.VmRecord;
import io.drover.schema.scheduler.SchedulerStore.CancelResult;
import io.drover.schema.support.Samples;
import io.drover.schema.worker.WorkerStore.Outcome;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One row says who owns a VM, and only the owner gives it away. */
@SuppressWarnings("NullAway.Init") // Set before each test.
public abstract class OwnershipContract {
    private Fixture fixture;

    protected abstract Stores stores();

    @BeforeEach
    void prepare() {
        fixture = new Fixture(stores());
    }

    @Test
    void theGiveMakesTheDestinationOwner() {
        fixture.switching();
        assertThat(fixture.source.giveOwnership(fixture.vm, fixture.id, 1, 1)).isEqualTo(Outcome.DONE);
        fixture.assertOwner(fixture.destination.host(), 2);
        assertThat(fixture.state()).isEqualTo(RESUMING);
        fixture.assertOnlyTransitions(QUEUED, PREPARING, REPLICATING, SWITCHING, RESUMING);
    }

    @Test
    void theGiveAskedAgainIsDoneAgainAndChangesNothing() {
        fixture.given();
        assertThat(fixture.source.giveOwnership(fixture.vm, fixture.id, 1, 1)).isEqualTo(Outcome.DONE);
        fixture.assertOwner(fixture.destination.host(), 2);
        fixture.assertOnlyTransitions(QUEUED, PREPARING, REPLICATING, SWITCHING, RESUMING);
    }

    @Test
    void theGiveThatStandsIsDoneForItsAttemptEvenAfterANewClaimAndAtTheEnd() {
        fixture.given();
        assertThat(fixture.source.claim(fixture.id, Fixture.LEASE).orElseThrow().attempt())
                .isEqualTo(2);
        assertThat(fixture.source.giveOwnership(fixture.vm, fixture.id, 1, 1)).isEqualTo(Outcome.DONE);
        assertRefused(fixture.source.giveOwnership(fixture.vm, fixture.id, 2, 1));
        fixture.destination.recordResumed(fixture.vm, fixture.id, 2, false);
        fixture.move(2, COMPLETED);
        assertThat(fixture.source.giveOwnership(fixture.vm, fixture.id, 1, 1)).isEqualTo(Outcome.DONE);
        fixture.assertOwner(fixture.destination.host(), 2);
    }

    @Test
    void aNewClaimShutsAnEarlierAttemptOut() {
        fixture.switching();
        fixture.source.claim(fixture.id, Fixture.LEASE);
        assertRefused(fixture.source.giveOwnership(fixture.vm, fixture.id, 1, 1));
        fixture.assertOwner(fixture.source.host(), 1);
        assertThat(fixture.source.giveOwnership(fixture.vm, fixture.id, 2, 1)).isEqualTo(Outcome.DONE);
    }

    @Test
    void theGiveIsRefusedAfterACancel() {
        fixture.switching();
        assertThat(fixture.scheduler.requestCancel(fixture.id, "test")).isEqualTo(CancelResult.REQUESTED);
        assertRefused(fixture.source.giveOwnership(fixture.vm, fixture.id, 1, 1));
        fixture.assertOwner(fixture.source.host(), 1);
        assertThat(fixture.state()).isEqualTo(SWITCHING);
    }

    @Test
    void theGiveIsRefusedBeforeTheSwitch() {
        fixture.claimed();
        assertRefused(fixture.source.giveOwnership(fixture.vm, fixture.id, 1, 1));
        fixture.move(1, REPLICATING);
        assertRefused(fixture.source.giveOwnership(fixture.vm, fixture.id, 1, 1));
        fixture.move(1, ROLLING_BACK);
        assertRefused(fixture.source.giveOwnership(fixture.vm, fixture.id, 1, 1));
        fixture.assertOwner(fixture.source.host(), 1);
    }

    @Test
    void theGiveIsRefusedAtAnotherEpochOrForAnotherVm() {
        fixture.switching();
        assertRefused(fixture.source.giveOwnership(fixture.vm, fixture.id, 1, 2));
        assertRefused(fixture.source.giveOwnership(fixture.vm, fixture.id, 1, 0));
        var other = Samples.definition();
        fixture.scheduler.defineVm(other, fixture.source.host());
        assertRefused(fixture.source.giveOwnership(other.id(), fixture.id, 1, 1));
        fixture.assertOwner(fixture.source.host(), 1);
    }

    @Test
    void nobodyButTheSourceGives() {
        fixture.switching();
        assertRefused(fixture.destination.giveOwnership(fixture.vm, fixture.id, 1, 1));
        assertRefused(fixture.stranger.giveOwnership(fixture.vm, fixture.id, 1, 1));
        fixture.assertOwner(fixture.source.host(), 1);
    }

    @Test
    void onlyTheDestinationAtItsEpochRecordsThatAStoppedVmArrived() {
        fixture.switching();
        assertRefused(fixture.destination.recordArrived(fixture.vm, fixture.id, 2));
        fixture.source.recordPower(fixture.vm, 1, VmRecord.Power.STOPPED);
        fixture.source.giveOwnership(fixture.vm, fixture.id, 1, 1);
        assertRefused(fixture.source.recordArrived(fixture.vm, fixture.id, 2));
        assertRefused(fixture.stranger.recordArrived(fixture.vm, fixture.id, 2));
        assertRefused(fixture.destination.recordArrived(fixture.vm, fixture.id, 1));
        assertThat(fixture.destination.recordArrived(fixture.vm, fixture.id, 2)).isEqualTo(Outcome.DONE);
        assertThat(fixture.state()).isEqualTo(FINISHING);
        assertThat(fixture.destination.recordArrived(fixture.vm, fixture.id, 2)).isEqualTo(Outcome.DONE);
        assertThat(fixture.destination.vm(fixture.vm).orElseThrow().power()).isEqualTo(VmRecord.Power.STOPPED);
    }

    @Test
    void onlyTheDestinationAtItsEpochRecordsResumed() {
        fixture.switching();
        assertRefused(fixture.destination.recordResumed(fixture.vm, fixture.id, 2, false));
        fixture.source.giveOwnership(fixture.vm, fixture.id, 1, 1);
        assertRefused(fixture.source.recordResumed(fixture.vm, fixture.id, 2, false));
        assertRefused(fixture.stranger.recordResumed(fixture.vm, fixture.id, 2, false));
        assertRefused(fixture.destination.recordResumed(fixture.vm, fixture.id, 1, false));
        assertThat(fixture.state()).isEqualTo(RESUMING);
        assertThat(fixture.destination.recordResumed(fixture.vm, fixture.id, 2, false))
                .isEqualTo(Outcome.DONE);
        assertThat(fixture.state()).isEqualTo(FINISHING);
        assertThat(fixture.destination.recordResumed(fixture.vm, fixture.id, 2, false))
                .isEqualTo(Outcome.DONE);
        fixture.assertOnlyTransitions(QUEUED, PREPARING, REPLICATING, SWITCHING, RESUMING, FINISHING);
    }

    @Test
    void aVmThatRunsBeforeAllItsBlocksAreThereIsPulling() {
        fixture.switching();
        fixture.source.giveOwnership(fixture.vm, fixture.id, 1, 1);
        assertThat(fixture.destination.recordResumed(fixture.vm, fixture.id, 2, true))
                .isEqualTo(Outcome.DONE);
        assertThat(fixture.state()).isEqualTo(PULLING);
        assertThat(fixture.destination.recordResumed(fixture.vm, fixture.id, 2, true))
                .isEqualTo(Outcome.DONE);
        fixture.assertOwner(fixture.destination.host(), 2);
        assertThat(fixture.source.transition(fixture.id, 1, FINISHING, null)).isEqualTo(Outcome.DONE);
        fixture.assertOnlyTransitions(QUEUED, PREPARING, REPLICATING, SWITCHING, RESUMING, PULLING, FINISHING);
    }

    @ParameterizedTest
    @EnumSource(MigrationState.class)
    void theSourceCannotLeaveResumingButToStranded(MigrationState to) {
        fixture.given();
        boolean done = fixture.source.transition(fixture.id, 1, to, null).done();
        assertThat(done).isEqualTo(to == STRANDED || to == RESUMING);
        assertThat(fixture.state()).isEqualTo(to == STRANDED ? STRANDED : RESUMING);
        fixture.assertOwner(fixture.destination.host(), 2);
    }

    @Test
    void theSourceCannotMoveToResumingWithoutTheGive() {
        fixture.switching();
        assertRefused(fixture.source.transition(fixture.id, 1, RESUMING, null));
        assertRefused(fixture.source.transition(fixture.id, 1, FINISHING, null));
        assertRefused(fixture.source.transition(fixture.id, 1, PULLING, null));
        fixture.assertOwner(fixture.source.host(), 1);
    }

    @Test
    void theDestinationGivesBackBeforeItRan() {
        fixture.given();
        assertThat(fixture.destination.giveBack(fixture.vm, fixture.id, 2, "pid 7 is gone"))
                .isEqualTo(Outcome.DONE);
        fixture.assertOwner(fixture.source.host(), 3);
        assertThat(fixture.state()).isEqualTo(ROLLING_BACK);
        assertThat(fixture.destination.giveBack(fixture.vm, fixture.id, 2, "pid 7 is gone"))
                .isEqualTo(Outcome.DONE);
        fixture.assertOwner(fixture.source.host(), 3);
        // The earlier give stands no longer, and the source cannot repeat it.
        assertRefused(fixture.source.giveOwnership(fixture.vm, fixture.id, 1, 1));
        assertRefused(fixture.destination.recordResumed(fixture.vm, fixture.id, 2, false));
        fixture.move(1, ROLLED_BACK);
        fixture.assertOwner(fixture.source.host(), 3);
    }

    @Test
    void nothingIsGivenBackAfterItRanOrByAnotherHost() {
        fixture.given();
        assertRefused(fixture.source.giveBack(fixture.vm, fixture.id, 2, "no"));
        assertRefused(fixture.stranger.giveBack(fixture.vm, fixture.id, 2, "no"));
        assertRefused(fixture.destination.giveBack(fixture.vm, fixture.id, 1, "no"));
        fixture.destination.recordResumed(fixture.vm, fixture.id, 2, false);
        assertRefused(fixture.destination.giveBack(fixture.vm, fixture.id, 2, "no"));
        fixture.assertOwner(fixture.destination.host(), 2);
        assertThat(fixture.state()).isEqualTo(FINISHING);
    }

    @Test
    void aVmTravelsThereAndBackAgain() {
        fixture.given();
        fixture.destination.recordResumed(fixture.vm, fixture.id, 2, false);
        fixture.move(1, COMPLETED);
        var back = Samples.task(fixture.vm, fixture.destination.host(), fixture.source.host());
        assertThat(fixture.scheduler.submit(back, "test", null)).isEqualTo(new SubmitResult.Submitted(back.id(), true));
        var claim = fixture.destination.claim(back.id(), Fixture.LEASE).orElseThrow();
        assertThat(claim.epoch()).isEqualTo(2);
        fixture.destination.transition(back.id(), 1, REPLICATING, null);
        fixture.destination.transition(back.id(), 1, SWITCHING, null);
        assertThat(fixture.destination.giveOwnership(fixture.vm, back.id(), 1, 2))
                .isEqualTo(Outcome.DONE);
        fixture.assertOwner(fixture.source.host(), 3);
        // The first journey's owner has no say any more.
        assertRefused(fixture.destination.giveBack(fixture.vm, fixture.id, 2, "late"));
        fixture.assertOwner(fixture.source.host(), 3);
    }

    @Test
    void powerIsRecordedByTheOwnerAtItsEpochOnly() {
        fixture.given();
        fixture.source.recordPower(fixture.vm, 1, VmRecord.Power.STOPPED);
        fixture.source.recordPower(fixture.vm, 2, VmRecord.Power.STOPPED);
        fixture.destination.recordPower(fixture.vm, 1, VmRecord.Power.STOPPED);
        assertThat(fixture.row().power()).isEqualTo(VmRecord.Power.RUNNING);
        fixture.destination.recordPower(fixture.vm, 2, VmRecord.Power.STOPPED);
        assertThat(fixture.row().power()).isEqualTo(VmRecord.Power.STOPPED);
    }

    @Test
    void aCancelAfterTheGiveIsTooLate() {
        fixture.given();
        assertThat(fixture.scheduler.requestCancel(fixture.id, "test")).isEqualTo(CancelResult.TOO_LATE);
        fixture.destination.recordResumed(fixture.vm, fixture.id, 2, false);
        assertThat(fixture.scheduler.requestCancel(fixture.id, "test")).isEqualTo(CancelResult.TOO_LATE);
        fixture.move(1, COMPLETED);
        assertThat(fixture.scheduler.requestCancel(fixture.id, "test")).isEqualTo(CancelResult.TOO_LATE);
        assertThat(fixture.source.claim(fixture.id, Fixture.LEASE)).isEmpty();
        assertRefused(fixture.source.transition(fixture.id, 1, CANCELLED, null));
    }

    private static void assertRefused(Outcome outcome) {
        assertThat(outcome.done()).isFalse();
        assertThat(outcome.refusal()).isNotEmpty();
    }
}
