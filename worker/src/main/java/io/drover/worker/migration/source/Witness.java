package io.drover.worker.migration.source;

import io.drover.messages.text.FileProblem;
import io.drover.worker.peer.Destination.Observation;
import java.io.IOException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The destination, asked before a guest that may have been given away runs here again. */
final class Witness {
    private static final Logger LOG = LoggerFactory.getLogger(Witness.class);
    private final MigrationContext context;

    Witness(MigrationContext context) {
        this.context = context;
    }

    /**
     * Why the guest must not run here though the database says that this host owns it, or empty.
     *
     * @param setBack whether the database may have lost the give: then silence proves nothing
     */
    Optional<String> against(boolean setBack) throws InterruptedException {
        try {
            Observation seen = context.session().observe();
            return seen.mayRunMark()
                    ? Optional.of(context.destinationName()
                            + " may have run the guest, and the database does not know that it was given away:"
                            + " it lost a commit")
                    : Optional.empty();
        } catch (IOException e) {
            context.closeSession();
            LOG.warn(
                    "migration {}: {} does not say whether the guest ran there: {}",
                    context.id(),
                    context.destinationName(),
                    FileProblem.told(e));
            return setBack
                    ? Optional.of("the database was restored since the VM was being given away, and "
                            + context.destinationName() + " does not say whether the guest ran there: "
                            + FileProblem.told(e))
                    : Optional.empty();
        }
    }
}
