package io.drover.worker.replication.algorithm;

import io.drover.worker.replication.DiskChanges.Round;
import io.drover.worker.replication.DiskCopy;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The round that a copy has open: one that a broken connection left open is taken up again, for there may be only one.
 */
final class OpenRound {
    private @Nullable Round round;

    Round takeUp(DiskCopy copy) throws IOException, InterruptedException {
        Round open = round;
        if (open == null) {
            open = copy.changes().freeze();
            round = open;
        }
        return open;
    }

    boolean isOpen() {
        return round != null;
    }

    /** What was written in it is durable at the target, or remembered otherwise. */
    void end() throws IOException, InterruptedException {
        if (round != null) {
            round.durable();
            round = null;
        }
    }
}
