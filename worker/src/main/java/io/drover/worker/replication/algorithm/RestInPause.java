package io.drover.worker.replication.algorithm;

import io.drover.worker.replication.DiskCopy;
import io.drover.worker.replication.ReplicationAlgorithm;
import java.io.IOException;

/** After a bulk: no more rounds, what was written since goes in the pause. */
final class RestInPause implements ReplicationAlgorithm {
    private final PreCopy bulk;

    RestInPause(PreCopy bulk) {
        this.bulk = bulk;
    }

    @Override
    public String name() {
        return StopAndCopy.NAME;
    }

    @Override
    public long advance(DiskCopy copy) throws IOException, InterruptedException {
        return copy.changes().dirtyBytes();
    }

    @Override
    public boolean converging() {
        return false;
    }

    @Override
    public void finish(DiskCopy copy) throws IOException, InterruptedException {
        bulk.finish(copy);
    }
}
