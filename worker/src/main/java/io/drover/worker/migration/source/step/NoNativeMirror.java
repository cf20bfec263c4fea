package io.drover.worker.migration.source.step;

import io.drover.messages.DiskId;
import io.drover.worker.replication.NativeMirror;
import java.io.IOException;

/** Stands where an algorithm has no mirror of the hypervisor's; says so when it asks for one all the same. */
record NoNativeMirror(DiskId disk) implements NativeMirror {
    @Override
    public void start() throws IOException {
        throw missing();
    }

    @Override
    public Progress progress() throws IOException {
        throw missing();
    }

    @Override
    public void complete() throws IOException {
        throw missing();
    }

    @Override
    public void limit(long bytesPerSecond) {}

    @Override
    public void abandon() {}

    private IOException missing() {
        return new IOException("the destination opened no native mirror for disk " + disk);
    }
}
