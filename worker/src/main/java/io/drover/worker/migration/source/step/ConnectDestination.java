package io.drover.worker.migration.source.step;

import io.drover.messages.MigrationState;
import io.drover.messages.evidence.ConnectedDestination;
import io.drover.messages.text.FileProblem;
import io.drover.worker.migration.source.MigrationContext;
import io.drover.worker.migration.source.MigrationOutcome;
import io.drover.worker.migration.source.Step;
import java.io.IOException;
import java.time.Duration;

/** Opens the session with the destination's worker. */
public final class ConnectDestination implements Step.Plain {
    private static final int TRIES = 3;
    private static final Duration PAUSE = Duration.ofSeconds(1);

    @Override
    public String name() {
        return ConnectedDestination.STEP;
    }

    @Override
    public MigrationState state() {
        return MigrationState.PREPARING;
    }

    @Override
    public ConnectedDestination run(MigrationContext context) throws IOException, InterruptedException {
        for (int tried = 1; ; tried++) {
            try {
                context.session();
                return new ConnectedDestination(context.record().destinationAddress(), tried);
            } catch (IOException e) {
                if (tried == TRIES) {
                    throw new MigrationOutcome.Rejected(
                            "destination: the worker of " + context.destinationName() + " is not reachable at "
                                    + context.record().destinationAddress() + ": " + FileProblem.told(e),
                            e);
                }
            }
            context.ports().clock().sleep(PAUSE);
        }
    }

    @Override
    public void undo(MigrationContext context) {
        context.closeSession();
    }
}
