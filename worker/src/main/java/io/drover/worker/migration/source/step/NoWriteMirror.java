package io.drover.worker.migration.source.step;

import io.drover.messages.DiskId;
import io.drover.worker.replication.WriteMirror;
import java.io.IOException;

/** Stands where nothing writes: at a VM that is stopped. */
record NoWriteMirror(DiskId disk) implements WriteMirror {
    @Override
    public void start() throws IOException {
        throw new IOException("nothing writes to disk " + disk + " that could be mirrored");
    }

    @Override
    public void beginRound() throws IOException {
        start();
    }

    @Override
    public long pendingBytes() {
        return 0;
    }

    @Override
    public void complete() {}

    @Override
    public void abandon() {}
}
