package io.drover.schema.contract;

import static io.drover.messages.MigrationState.CANCELLED;
import static io.drover.messages.MigrationState.PREPARING;
import static io.drover.messages.MigrationState.QUEUED;
import static io.drover.messages.MigrationState.REJECTED;
import static io.drover.messages.MigrationState.REPLICATING;
import static io.drover.messages.MigrationState.ROLLED_BACK;
import static io.drover.messages.MigrationState.ROLLING_BACK;
import static io.drover.messages.MigrationState.STRANDED;
import static io.drover.messages.MigrationState.SWITCHING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.drover.messages.MigrationId;
import io.drover.messages.MigrationProgress;
import io.drover.messages.MigrationState;
import io.drover.schema.record.InboxMessage;
import io.drover.schema.record.JournalEntry;
import io.drover.schema.record.MigrationRecord;
import io.drover.schema.record.Trouble;
import io.drover.schema.record.VmRecord;
import io.drover.schema.scheduler.FleetStatistics.OpenMigrations;
import io.drover.schema.scheduler.SchedulerStore;
import io.drover.schema.scheduler.SchedulerStore.CancelResult;
import io.drover.schema.worker.WorkerStore.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** From the claim to the end. */
@SuppressWarnings("NullAway.Init") // Set before each test.
public abstract class LifecycleContract {
    private Fixture fixture;

    protected abstract Stores stores();

    @BeforeEach
    void prepare() {
        fixture = new Fixture(stores());
    }

    @Test
    void whatEndedIsFoundByWhenItDid() {
        fixture.submitted();
        Instant before = Instant.EPOCH;
        assertThat(fixture.scheduler.endedSince(before))
                .noneMatch(view -> view.task().id().equals(fixture.id));
        fixture.scheduler.requestCancel(fixture.id, "test");

        assertThat(fixture.scheduler.endedSince(before))
                .filteredOn(view -> view.task().id().equals(fixture.id))
                .singleElement()
                .satisfies(view -> assertThat(fixture.scheduler.endedSince(Objects.requireNonNull(view.endedAt())))
                        .noneMatch(later -> later.task().id().equals(fixture.id)));
    }

    @Test
    void onlyTheSourceClaimsAndEachClaimIsANewAttempt() {
        fixture.submitted();
        assertThat(fixture.destination.claim(fixture.id, Fixture.LEASE)).isEmpty();
        assertThat(fixture.stranger.claim(fixture.id, Fixture.LEASE)).isEmpty();
        MigrationRecord first = fixture.source.claim(fixture.id, Fixture.LEASE).orElseThrow();
        assertThat(first.attempt()).isEqualTo(1);
        assertThat(first.state()).isEqualTo(PREPARING);
        fixture.move(1, REPLICATING);
        MigrationRecord second = fixture.source.claim(fixture.id, Fixture.LEASE).orElseThrow();
        assertThat(second.attempt()).isEqualTo(2);
        assertThat(second.state()).isEqualTo(REPLICATING);
        fixture.assertOnlyTransitions(QUEUED, PREPARING, REPLICATING);
        assertThat(fixture.source.claim(new MigrationId(UUID.randomUUID()), Fixture.LEASE))
                .isEmpty();
    }

    @Test
    void aLeaseIsRenewedByTheCurrentAttemptAndRunsOut() {
        fixture.claimed();
        assertThat(fixture.source.renewLease(fixture.id, 1, Duration.ofMinutes(5)))
                .isTrue();
        assertThat(fixture.destination.renewLease(fixture.id, 1, Duration.ofMinutes(5)))
                .isFalse();
        assertThat(expiredIds()).doesNotContain(fixture.id);
        fixture.source.claim(fixture.id, Duration.ZERO);
        assertThat(fixture.source.renewLease(fixture.id, 1, Duration.ofMinutes(5)))
                .isFalse();
        assertThat(expiredIds()).contains(fixture.id);
        fixture.move(2, ROLLING_BACK, ROLLED_BACK);
        assertThat(fixture.source.renewLease(fixture.id, 2, Duration.ofMinutes(5)))
                .isFalse();
        assertThat(expiredIds()).doesNotContain(fixture.id);
    }

    @Test
    void aTransitionNeedsTheCurrentAttemptAndAnAllowedTarget() {
        fixture.claimed();
        assertThat(fixture.source.transition(fixture.id, 2, REPLICATING, null).done())
                .isFalse();
        assertThat(fixture.source.transition(fixture.id, 0, REPLICATING, null).done())
                .isFalse();
        assertThat(fixture.destination
                        .transition(fixture.id, 1, REPLICATING, null)
                        .done())
                .isFalse();
        assertThat(fixture.source.transition(fixture.id, 1, SWITCHING, null).done())
                .isFalse();
        fixture.move(1, REPLICATING, REPLICATING);
        fixture.assertOnlyTransitions(QUEUED, PREPARING, REPLICATING);
        assertThat(fixture.source.transition(fixture.id, 1, PREPARING, null).done())
                .isFalse();
    }

    @Test
    void onlyAClaimTakesFromTheQueueAndOnlyAPersonLeavesStranded() {
        fixture.submitted();
        for (MigrationState state : List.of(PREPARING, REPLICATING, CANCELLED, STRANDED)) {
            assertThat(fixture.source.transition(fixture.id, 0, state, null).done())
                    .isFalse();
        }
        fixture.source.claim(fixture.id, Fixture.LEASE);
        fixture.move(1, STRANDED);
        for (MigrationState state : MigrationState.values()) {
            assertThat(fixture.source.transition(fixture.id, 1, state, null).done())
                    .isEqualTo(state == STRANDED);
        }
        assertThat(fixture.source.openMigrations()).hasSize(1);
    }

    @Test
    void whoDidWhatIsOnRecord() {
        fixture.submitted();
        fixture.source.claim(fixture.id, Fixture.LEASE);
        fixture.move(1, REPLICATING);
        fixture.source.transition(fixture.id, 1, ROLLING_BACK, "a link\u0007 broke");
        var detail = fixture.scheduler.migration(fixture.id).orElseThrow();
        String source = fixture.source.host().value();
        assertThat(detail.transitions())
                .extracting(SchedulerStore.Transition::actor)
                .containsExactly("test", source, source, source);
        assertThat(detail.transitions())
                .extracting(SchedulerStore.Transition::from)
                .containsExactly(null, QUEUED, PREPARING, REPLICATING);
        assertThat(detail.transitions())
                .extracting(SchedulerStore.Transition::reason)
                .containsExactly(fixture.task.reason(), null, null, "a link  broke");
    }

    @Test
    void anEndIsForGoodAndKeepsItsReason() {
        fixture.claimed();
        assertThat(fixture.source.transition(fixture.id, 1, REJECTED, "disk data is missing"))
                .isEqualTo(Outcome.DONE);
        var view = fixture.scheduler.migration(fixture.id).orElseThrow().migration();
        assertThat(view.reason()).isEqualTo("disk data is missing");
        assertThat(view.endedAt()).isNotNull();
        assertThat(view.leaseUntil()).isNull();
        for (MigrationState state : MigrationState.values()) {
            assertThat(fixture.source.transition(fixture.id, 1, state, null).done())
                    .isEqualTo(state == REJECTED);
        }
        assertThat(fixture.source.claim(fixture.id, Fixture.LEASE)).isEmpty();
        assertThat(fixture.source.openMigrations()).isEmpty();
        assertThat(fixture.source.migration(fixture.id).orElseThrow().state()).isEqualTo(REJECTED);
    }

    @Test
    void aQueuedMigrationIsCancelledAtOnce() {
        fixture.submitted();
        assertThat(fixture.scheduler.requestCancel(fixture.id, "test")).isEqualTo(CancelResult.CANCELLED);
        assertThat(fixture.scheduler.requestCancel(fixture.id, "test")).isEqualTo(CancelResult.CANCELLED);
        assertThat(fixture.state()).isEqualTo(CANCELLED);
        assertThat(fixture.source.claim(fixture.id, Fixture.LEASE)).isEmpty();
        assertThat(fixture.scheduler.requestCancel(new MigrationId(UUID.randomUUID()), "test"))
                .isEqualTo(CancelResult.UNKNOWN);
    }

    @Test
    void aClaimedMigrationIsToldToCancel() {
        fixture.claimed();
        assertThat(fixture.source.migration(fixture.id).orElseThrow().cancelRequested())
                .isFalse();
        assertThat(fixture.scheduler.requestCancel(fixture.id, "test")).isEqualTo(CancelResult.REQUESTED);
        assertThat(fixture.scheduler.requestCancel(fixture.id, "test")).isEqualTo(CancelResult.REQUESTED);
        assertThat(fixture.source.migration(fixture.id).orElseThrow().cancelRequested())
                .isTrue();
        fixture.move(1, ROLLING_BACK, CANCELLED);
        assertThat(fixture.scheduler.requestCancel(fixture.id, "test")).isEqualTo(CancelResult.TOO_LATE);
        fixture.assertOwner(fixture.source.host(), 1);
    }

    @Test
    void theSourcesWorkerMayAskForACancelAndTheDestinationsNot() {
        fixture.claimed();
        assertThat(fixture.destination.requestCancel(fixture.id).done()).isFalse();
        assertThat(fixture.source.migration(fixture.id).orElseThrow().cancelRequested())
                .isFalse();
        assertThat(fixture.source.requestCancel(fixture.id).done()).isTrue();
        assertThat(fixture.source.requestCancel(fixture.id).done()).isTrue();
        assertThat(fixture.source.migration(fixture.id).orElseThrow().cancelRequested())
                .isTrue();
        fixture.move(1, ROLLING_BACK, CANCELLED);
        assertThat(fixture.source.requestCancel(fixture.id).refusal()).contains("too late");
    }

    @Test
    void stepsAreJournalledInTheOrderOfTheirFirstIntents() {
        fixture.claimed();
        intend(1, "reserve");
        done(1, "reserve", "{\"port\": 1}");
        intend(1, "copy");
        intend(1, "reserve");
        List<JournalEntry> journal = fixture.source.journal(fixture.id);
        assertThat(journal).extracting(JournalEntry::step).containsExactly("reserve", "copy");
        assertThat(journal.getFirst().evidence()).isEqualTo("{\"port\": 1}");
        assertThat(journal.getFirst().doneAt()).isNotNull();
        assertThat(journal.getLast().doneAt()).isNull();
        assertThat(fixture.scheduler.migration(fixture.id).orElseThrow().steps())
                .extracting(step -> step.name())
                .containsExactly("reserve", "copy");
    }

    @Test
    void aNewAttemptOpensAStepAgainAndTheOldOneWritesNothing() {
        fixture.claimed();
        intend(1, "copy");
        done(1, "copy", "{}");
        fixture.source.claim(fixture.id, Fixture.LEASE);
        assertThat(fixture.source.journal(fixture.id).getFirst().doneAt()).isNotNull();
        assertThat(fixture.source.intend(fixture.id, 1, "copy").done()).isFalse();
        assertThat(fixture.source.done(fixture.id, 1, "copy", "{}").done()).isFalse();
        assertThat(fixture.source.undone(fixture.id, 1, "copy").done()).isFalse();
        intend(2, "copy");
        assertThat(fixture.source.journal(fixture.id).getFirst().doneAt()).isNull();
        assertThat(fixture.source.journal(fixture.id).getFirst().attempt()).isEqualTo(2);
    }

    @Test
    void aStepIsUndoneAndMayBeIntendedAgain() {
        fixture.claimed();
        assertThat(fixture.source.done(fixture.id, 1, "copy", "{}").done()).isFalse();
        assertThat(fixture.source.undone(fixture.id, 1, "copy").done()).isFalse();
        intend(1, "copy");
        assertThat(fixture.source.undone(fixture.id, 1, "copy")).isEqualTo(Outcome.DONE);
        assertThat(fixture.source.undone(fixture.id, 1, "copy")).isEqualTo(Outcome.DONE);
        assertThat(fixture.source.done(fixture.id, 1, "copy", "{}").done()).isFalse();
        assertThat(fixture.source.journal(fixture.id).getFirst().undoneAt()).isNotNull();
        intend(1, "copy");
        assertThat(fixture.source.journal(fixture.id).getFirst().undoneAt()).isNull();
    }

    @Test
    void aStrangerNeitherReadsNorWritesAJournal() {
        fixture.claimed();
        intend(1, "copy");
        assertThat(fixture.stranger.intend(fixture.id, 1, "copy").done()).isFalse();
        assertThat(fixture.stranger.done(fixture.id, 1, "copy", "{}").done()).isFalse();
        assertThat(fixture.stranger.undone(fixture.id, 1, "copy").done()).isFalse();
        assertThat(fixture.stranger.journal(fixture.id)).isEmpty();
    }

    @Test
    void progressShowsTheLastReportOfAnEnd() {
        fixture.claimed();
        fixture.source.progress(progress(10));
        fixture.source.progress(progress(20));
        fixture.stranger.progress(progress(99));
        var view = fixture.scheduler.migration(fixture.id).orElseThrow().migration();
        assertThat(view.bytesDone()).isEqualTo(20);
        assertThat(view.step()).isEqualTo("copy");
        assertThat(view.round()).isEqualTo(3);
        assertThat(view.timeToFinish()).isEqualTo(Duration.ofMillis(1500));
        fixture.move(1, ROLLING_BACK, ROLLED_BACK);
        fixture.source.progress(progress(30));
        assertThat(fixture.scheduler
                        .migration(fixture.id)
                        .orElseThrow()
                        .migration()
                        .bytesDone())
                .isEqualTo(20);
    }

    @Test
    void aMessageIsTakenOverOnceByEachConsumer() {
        var message = new InboxMessage(UUID.randomUUID().toString(), "migrate", "{\"a\":\"\\u0000\"}");
        assertThat(fixture.source.recordInbox(message)).isTrue();
        assertThat(fixture.source.recordInbox(message)).isFalse();
        assertThat(fixture.destination.recordInbox(message)).isTrue();
    }

    @Test
    void aHostReadsItsOwnVmsAndThoseItHadToDoWith() {
        assertThat(fixture.source.ownedVms()).containsExactly(fixture.row());
        assertThat(fixture.source.vm(fixture.vm)).contains(fixture.row());
        assertThat(fixture.destination.vm(fixture.vm)).isEmpty();
        fixture.given();
        assertThat(fixture.source.ownedVms()).isEmpty();
        assertThat(fixture.source.vm(fixture.vm)).contains(fixture.row());
        assertThat(fixture.destination.ownedVms()).containsExactly(fixture.row());
        assertThat(fixture.stranger.vm(fixture.vm)).isEmpty();
        assertThat(fixture.row().power()).isEqualTo(VmRecord.Power.RUNNING);
    }

    @Test
    void whyAVmIsNotAsItIsWantedIsTheOwnersToSayAndGoesWithIt() {
        fixture.stranger.noteTrouble(fixture.vm, 1, "nothing of mine");
        fixture.source.noteTrouble(fixture.vm, 2, "of another epoch");
        assertThat(fixture.row().trouble()).isNull();

        fixture.source.noteTrouble(fixture.vm, 1, "image a: permission\ndenied");
        Trouble first = Objects.requireNonNull(fixture.row().trouble());
        assertThat(first.reason()).isEqualTo("image a: permission denied");
        fixture.source.noteTrouble(fixture.vm, 1, "image a: permission denied");
        assertThat(fixture.row().trouble()).isEqualTo(first);
        assertThat(fixture.source.ownedVms()).extracting(VmRecord::trouble).containsExactly(first);

        fixture.source.noteTrouble(fixture.vm, 1, null);
        assertThat(fixture.row().trouble()).isNull();
        fixture.source.noteTrouble(fixture.vm, 1, "image b is read-only");
        fixture.given();
        assertThat(fixture.row().trouble()).isNull();
    }

    @Test
    void whyAMigrationIsTriedAgainIsItsSourcesToSayAndGoesWithTheState() {
        fixture.claimed();
        fixture.destination.noteTrouble(fixture.id, 1, "not the destination's");
        fixture.source.noteTrouble(fixture.id, 0, "of another attempt");
        assertThat(migrationTrouble()).isNull();

        fixture.source.noteTrouble(fixture.id, 1, "the link broke");
        Trouble first = Objects.requireNonNull(migrationTrouble());
        fixture.source.claim(fixture.id, Fixture.LEASE);
        fixture.source.noteTrouble(fixture.id, 2, "the link broke");
        assertThat(migrationTrouble())
                .isEqualTo(first)
                .extracting(Trouble::reason)
                .isEqualTo("the link broke");
        assertThat(fixture.scheduler.migrations(true, 1000))
                .filteredOn(view -> view.task().id().equals(fixture.id))
                .singleElement()
                .satisfies(view -> assertThat(view.trouble()).isEqualTo(first));
        fixture.source.noteTrouble(fixture.id, 2, null);
        assertThat(migrationTrouble()).isNull();

        fixture.source.noteTrouble(fixture.id, 2, "no room");
        fixture.move(2, ROLLING_BACK);
        assertThat(migrationTrouble()).isNull();
        fixture.move(2, ROLLED_BACK);
        fixture.source.noteTrouble(fixture.id, 2, "too late");
        assertThat(migrationTrouble()).isNull();
    }

    @Test
    void openMigrationsAreCountedByState() {
        int before = counted().count();
        double rate = counted().bytesPerSecond();
        fixture.claimed();
        fixture.source.progress(progress(10));
        assertThat(counted().count()).isEqualTo(before + 1);
        assertThat(counted().bytesPerSecond()).isCloseTo(rate + 5.5, within(1e-6));
        assertThat(counted().age()).isPositive();

        int expired = counted().leasesExpired();
        int troubled = counted().troubled();
        fixture.source.claim(fixture.id, Duration.ZERO);
        fixture.source.noteTrouble(fixture.id, 2, "the link broke");
        assertThat(counted().leasesExpired()).isEqualTo(expired + 1);
        assertThat(counted().troubled()).isEqualTo(troubled + 1);

        fixture.move(2, ROLLING_BACK, ROLLED_BACK);
        assertThat(counted().count()).isEqualTo(before);
    }

    /** Those that are being prepared, of which other tests may have left some. */
    private OpenMigrations counted() {
        return fixture.scheduler.statistics().migrations().stream()
                .filter(open -> open.state() == PREPARING)
                .findFirst()
                .orElse(new OpenMigrations(PREPARING, 0, 0, 0, 0, Duration.ZERO));
    }

    private @Nullable Trouble migrationTrouble() {
        return fixture.scheduler.migration(fixture.id).orElseThrow().migration().trouble();
    }

    private MigrationProgress progress(long bytesDone) {
        return new MigrationProgress(fixture.id, "copy", 3, bytesDone, 100, 5.5, Duration.ofMillis(1500));
    }

    private void intend(int attempt, String step) {
        assertThat(fixture.source.intend(fixture.id, attempt, step)).isEqualTo(Outcome.DONE);
    }

    private void done(int attempt, String step, String evidence) {
        assertThat(fixture.source.done(fixture.id, attempt, step, evidence)).isEqualTo(Outcome.DONE);
    }

    private List<MigrationId> expiredIds() {
        return fixture.scheduler.expiredLeases().stream()
                .map(view -> view.task().id())
                .toList();
    }
}
