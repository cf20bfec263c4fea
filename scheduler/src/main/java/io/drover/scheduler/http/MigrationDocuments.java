package io.drover.scheduler.http;

import io.drover.messages.MigrationTask;
import io.drover.messages.api.CancelAnswer;
import io.drover.messages.api.MigrationAnswer;
import io.drover.messages.api.MigrationDocument;
import io.drover.messages.api.MigrationDocument.Overridden;
import io.drover.messages.api.MigrationSummary;
import io.drover.schema.scheduler.MigrationOverride;
import io.drover.schema.scheduler.SchedulerStore.CancelResult;
import io.drover.schema.scheduler.SchedulerStore.MigrationDetail;
import io.drover.schema.scheduler.SchedulerStore.MigrationView;
import io.drover.schema.scheduler.SchedulerStore.Step;
import io.drover.schema.scheduler.SchedulerStore.Transition;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Documents about migrations. */
final class MigrationDocuments {
    private MigrationDocuments() {}

    static MigrationSummary summary(MigrationView view) {
        return new MigrationSummary(
                view.task(),
                view.vmName(),
                view.state(),
                view.attempt(),
                view.cancelRequested(),
                view.step(),
                view.round(),
                view.bytesDone(),
                view.bytesTotal(),
                view.bytesPerSecond(),
                view.timeToFinish(),
                view.createdAt(),
                view.endedAt(),
                view.leaseUntil(),
                view.reason(),
                view.dirtyBytesPerSecond(),
                view.timeToFinishMost(),
                view.decision(),
                FleetDocuments.trouble(view.trouble()));
    }

    static MigrationDocument migration(MigrationDetail detail) {
        return new MigrationDocument(
                summary(detail.migration()),
                detail.transitions().stream()
                        .map(MigrationDocuments::transition)
                        .toList(),
                detail.steps().stream().map(MigrationDocuments::step).toList(),
                overridden(detail.override()));
    }

    private static MigrationDocument.Transition transition(Transition transition) {
        return new MigrationDocument.Transition(
                transition.from(),
                transition.to(),
                transition.at(),
                transition.attempt(),
                transition.actor(),
                transition.reason());
    }

    private static MigrationDocument.Step step(Step step) {
        return new MigrationDocument.Step(
                step.name(), step.attempt(), step.intendedAt(), step.doneAt(), step.undoneAt(), step.evidence());
    }

    private static @Nullable Overridden overridden(@Nullable MigrationOverride override) {
        return override == null ? null : new Overridden(override.by(), override.reason(), override.rules());
    }

    static MigrationAnswer submitted(MigrationTask task) {
        return new MigrationAnswer(task.id(), task);
    }

    static CancelAnswer cancel(CancelResult result) {
        return new CancelAnswer(result.name().toLowerCase(Locale.ROOT));
    }
}
