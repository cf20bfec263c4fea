package io.drover.schema.contract;

import static io.drover.messages.MigrationState.QUEUED;
import static org.assertj.core.api.Assertions.assertThat;

import io.drover.messages.DiskId;
import io.drover.messages.Failure;
import io.drover.messages.HostId;
import io.drover.messages.MigrationId;
import io.drover.messages.MigrationTask;
import io.drover.messages.Verification;
import io.drover.messages.VmId;
import io.drover.schema.record.MigrationRecord;
import io.drover.schema.record.SubmitResult;
import io.drover.schema.support.Samples;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What may become a migration, and what is refused by which field. */
@SuppressWarnings("NullAway.Init") // Set before each test.
public abstract class SubmissionContract {
    private Fixture fixture;

    protected abstract Stores stores();

    @BeforeEach
    void prepare() {
        fixture = new Fixture(stores());
    }

    @Test
    void aSubmissionIsReadByBothWorkersAndTheScheduler() {
        fixture.submitted();
        MigrationRecord atSource = fixture.source.migration(fixture.id).orElseThrow();
        assertThat(atSource.task()).isEqualTo(fixture.task);
        assertThat(atSource.definition()).isEqualTo(fixture.definition);
        assertThat(atSource.state()).isEqualTo(QUEUED);
        assertThat(atSource.attempt()).isZero();
        assertThat(atSource.epoch()).isEqualTo(1);
        assertThat(atSource.token()).hasSizeGreaterThan(31);
        assertThat(atSource.destinationAddress()).isEqualTo(Samples.FACTS.peerAddress());
        assertThat(fixture.destination.migration(fixture.id)).contains(atSource);
        assertThat(fixture.destination.openMigrations()).contains(atSource);
        assertThat(fixture.stranger.migration(fixture.id)).isEmpty();
        assertThat(fixture.stranger.openMigrations()).isEmpty();
        assertThat(fixture.scheduler
                        .migration(fixture.id)
                        .orElseThrow()
                        .migration()
                        .task())
                .isEqualTo(fixture.task);
        assertThat(fixture.scheduler
                        .migration(fixture.id)
                        .orElseThrow()
                        .migration()
                        .vmName())
                .isEqualTo(fixture.definition.name());
    }

    @Test
    void aSubmissionAskedAgainIsTheSame() {
        fixture.submitted();
        assertThat(fixture.scheduler.submit(fixture.task, "again", null))
                .isEqualTo(new SubmitResult.Submitted(fixture.id, false));
        assertThat(fixture.source.submit(fixture.task)).isEqualTo(new SubmitResult.Submitted(fixture.id, false));
        fixture.assertOnlyTransitions(QUEUED);
    }

    @Test
    void anIdIsForOneMigrationOnly() {
        fixture.submitted();
        MigrationTask other =
                withId(Samples.task(fixture.vm, fixture.source.host(), fixture.stranger.host()), fixture.id);
        assertRefused(fixture.scheduler.submit(other, "test", null), Failure.Kind.REJECTED, "id");
    }

    @Test
    void anUnknownVmHostOrDiskIsRejectedByName() {
        HostId source = fixture.source.host();
        HostId destination = fixture.destination.host();
        assertRefused(
                submit(Samples.task(new VmId(UUID.randomUUID()), source, destination)), Failure.Kind.REJECTED, "vm");
        assertRefused(
                submit(Samples.task(fixture.vm, source, new HostId("nowhere"))), Failure.Kind.REJECTED, "destination");
        assertRefused(
                submit(Samples.task(fixture.vm, destination, fixture.stranger.host())),
                Failure.Kind.REJECTED,
                "source");
        var task = fixture.task;
        var noSuchDisk = new MigrationTask(
                task.id(), task.vm(), source, destination, "pre-copy", Map.of(new DiskId("x"), "mirror"), null, "");
        assertRefused(submit(noSuchDisk), Failure.Kind.REJECTED, "disk_algorithms");
        assertThat(fixture.scheduler.migration(fixture.id)).isEmpty();
    }

    @Test
    void aSecondMigrationOfAVmWaitsForTheEndOfTheFirst() {
        fixture.submitted();
        MigrationTask second = Samples.task(fixture.vm, fixture.source.host(), fixture.stranger.host());
        assertRefused(submit(second), Failure.Kind.RETRYABLE, "vm");
        fixture.scheduler.requestCancel(fixture.id, "test");
        assertThat(submit(second)).isEqualTo(new SubmitResult.Submitted(second.id(), true));
    }

    @Test
    void aDestinationWithoutMemoryIsRefused() {
        // Of 1 GiB, this VM's 256 MiB and three promised ones leave nothing for a fourth.
        for (int i = 0; i < 3; i++) {
            var vm = Samples.definition();
            fixture.scheduler.defineVm(vm, fixture.source.host());
            assertThat(submit(Samples.task(vm.id(), fixture.source.host(), fixture.destination.host())))
                    .isInstanceOf(SubmitResult.Submitted.class);
        }
        fixture.submitted();
        var fifth = Samples.definition();
        fixture.scheduler.defineVm(fifth, fixture.source.host());
        MigrationTask task = Samples.task(fifth.id(), fixture.source.host(), fixture.destination.host());
        assertRefused(submit(task), Failure.Kind.HOST, "destination");
        fixture.scheduler.requestCancel(fixture.id, "test");
        assertThat(submit(task)).isEqualTo(new SubmitResult.Submitted(task.id(), true));
    }

    @Test
    void aWorkerSubmitsItsOwnVmsOnly() {
        assertRefused(fixture.destination.submit(fixture.task), Failure.Kind.REJECTED, "source");
        assertRefused(fixture.stranger.submit(fixture.task), Failure.Kind.REJECTED, "source");
        assertThat(fixture.source.submit(fixture.task)).isEqualTo(new SubmitResult.Submitted(fixture.id, true));
    }

    @Test
    void aTasksOptionsAreKept() {
        MigrationTask task = fixture.task;
        var options = new MigrationTask(
                task.id(),
                task.vm(),
                task.source(),
                task.destination(),
                "post-copy",
                Map.of(),
                null,
                "why",
                true,
                null,
                Verification.FULL);
        assertThat(submit(options)).isEqualTo(new SubmitResult.Submitted(options.id(), true));
        assertThat(fixture.source.migration(options.id()).orElseThrow().task()).isEqualTo(options);
    }

    @Test
    void aTaskOfNoAlgorithmOrYearIsRefusedByField() {
        assertRefused(submit(with("Pre Copy", null)), Failure.Kind.REJECTED, "algorithm");
        assertRefused(
                submit(with("pre-copy", Instant.parse("1969-12-31T23:59:59Z"))), Failure.Kind.REJECTED, "deadline");
        assertThat(fixture.scheduler.migration(fixture.id)).isEmpty();
    }

    @Test
    void aDestinationWithoutRoomForImagesIsRefused() {
        long free = Samples.FACTS.imagesFreeBytes();
        fixture.scheduler.storeReport(Samples.report(
                fixture.source.host(), Instant.now(), fixture.vm, free, Samples.FACTS.imagesFreeBytes()));
        assertRefused(submit(fixture.task), Failure.Kind.HOST, "destination");
        fixture.scheduler.storeReport(Samples.report(fixture.source.host(), Instant.now(), fixture.vm, free / 2, free));
        assertThat(submit(fixture.task)).isEqualTo(new SubmitResult.Submitted(fixture.id, true));
    }

    private static MigrationTask withId(MigrationTask task, MigrationId id) {
        return new MigrationTask(
                id,
                task.vm(),
                task.source(),
                task.destination(),
                task.algorithm(),
                task.diskAlgorithms(),
                null,
                task.reason());
    }

    private SubmitResult submit(MigrationTask task) {
        return fixture.scheduler.submit(task, "test", null);
    }

    private static void assertRefused(SubmitResult result, Failure.Kind kind, String field) {
        assertThat(result).isInstanceOfSatisfying(SubmitResult.Refused.class, refused -> {
            assertThat(refused.field()).isEqualTo(field);
            assertThat(refused.failure().kind()).isEqualTo(kind);
            assertThat(refused.failure().message()).isNotEmpty();
        });
    }

    private MigrationTask with(String algorithm, @Nullable Instant deadline) {
        MigrationTask task = fixture.task;
        return new MigrationTask(
                task.id(), task.vm(), task.source(), task.destination(), algorithm, Map.of(), deadline, "why");
    }
}
