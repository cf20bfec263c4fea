package io.drover.worker.migration;

import io.drover.worker.replication.BlockTarget;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A target that lets the migration look up between two pieces: a bulk of many minutes can be cancelled and reports. */
public final class WatchedTarget implements BlockTarget {
    private final BlockTarget target;
    private final Watch watch;

    public WatchedTarget(BlockTarget target, Watch watch) {
        this.target = target;
        this.watch = watch;
    }

    @Override
    public void write(long offset, ByteBuffer content) throws IOException, InterruptedException {
        watch.beforeSending(content.remaining());
        target.write(offset, content);
        watch.check();
    }

    @Override
    public void zero(long offset, long length) throws IOException, InterruptedException {
        target.zero(offset, length);
        watch.check();
    }

    @Override
    public void flush() throws IOException, InterruptedException {
        target.flush();
    }

    @Override
    public long wireBytes() {
        return target.wireBytes();
    }
}
