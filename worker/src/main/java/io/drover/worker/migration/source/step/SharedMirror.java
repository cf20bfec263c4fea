package io.drover.worker.migration.source.step;

import io.drover.worker.peer.LinkLimiter;
import io.drover.worker.replication.NativeMirror;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A native mirror that keeps to its part of the link; it looks at that part whenever somebody asks how far it is. */
final class SharedMirror implements NativeMirror {
    private final NativeMirror mirror;
    private final LinkLimiter link;
    private LinkLimiter.@Nullable Share share;
    private long told;

    SharedMirror(NativeMirror mirror, LinkLimiter link) {
        this.mirror = mirror;
        this.link = link;
    }

    @Override
    public void start() throws IOException, InterruptedException {
        if (share == null) {
            share = link.share();
        }
        mirror.start();
        keepToShare();
    }

    @Override
    public Progress progress() throws IOException, InterruptedException {
        keepToShare();
        return mirror.progress();
    }

    private void keepToShare() throws IOException, InterruptedException {
        if (share != null) {
            limit(share.bytesPerSecond());
        }
    }

    @Override
    public void limit(long bytesPerSecond) throws IOException, InterruptedException {
        if (bytesPerSecond != told) {
            mirror.limit(bytesPerSecond);
            told = bytesPerSecond;
        }
    }

    @Override
    public void complete() throws IOException, InterruptedException {
        mirror.complete();
        release();
    }

    @Override
    public void abandon() throws IOException, InterruptedException {
        mirror.abandon();
        release();
    }

    private void release() {
        if (share != null) {
            share.close();
            share = null;
        }
    }
}
