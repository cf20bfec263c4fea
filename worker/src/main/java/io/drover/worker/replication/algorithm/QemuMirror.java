package io.drover.worker.replication.algorithm;

import io.drover.messages.time.Wait;
import io.drover.worker.replication.DiskCopy;
import io.drover.worker.replication.NativeMirror;
import io.drover.worker.replication.ReplicationAlgorithm;
import java.io.IOException;
import java.time.Duration;

/** The hypervisor's own mirror: what the others are compared with, and the fallback. */
public final class QemuMirror implements ReplicationAlgorithm {
    public static final String NAME = "qemu-mirror";
    private static final Duration PIECE = Duration.ofSeconds(1);
    private static final Duration POLL = Duration.ofMillis(50);

    /** Of no progress, while the guest is stopped. */
    private static final Duration STANDSTILL_MAX = Duration.ofSeconds(60);

    private static final int PIECES_WITHOUT_GAIN_MAX = 30;

    private int piecesWithoutGain;
    private long leastRestBytes = Long.MAX_VALUE;

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public long advance(DiskCopy copy) throws IOException, InterruptedException {
        copy.nativeMirror().start();
        NativeMirror.Progress progress =
                new Wait(copy.clock(), PIECE, POLL).answer(() -> account(copy), NativeMirror.Progress::ready);
        long rest = progress.bytesTotal() - progress.bytesDone();
        piecesWithoutGain = rest < leastRestBytes ? 0 : piecesWithoutGain + 1;
        leastRestBytes = Math.min(rest, leastRestBytes);
        // A mirror that is not ready cannot be ended, however little it says is left.
        return progress.ready() ? rest : Math.max(rest, copy.source().size());
    }

    @Override
    public boolean converging() {
        return piecesWithoutGain < PIECES_WITHOUT_GAIN_MAX;
    }

    @Override
    public void finish(DiskCopy copy) throws IOException, InterruptedException {
        copy.nativeMirror().start();
        NativeMirror.Progress progress = account(copy);
        Duration lastGain = copy.clock().elapsed();
        while (!progress.ready()) {
            copy.clock().sleep(POLL);
            NativeMirror.Progress next = account(copy);
            if (next.bytesDone() > progress.bytesDone()) {
                lastGain = copy.clock().elapsed();
            }
            progress = next;
            if (copy.clock().elapsed().minus(lastGain).compareTo(STANDSTILL_MAX) > 0) {
                throw new IOException("disk " + copy.disk() + ": the mirror stands still at " + progress);
            }
        }
        copy.nativeMirror().complete();
        account(copy);
    }

    @Override
    public void abandon(DiskCopy copy) throws IOException, InterruptedException {
        copy.nativeMirror().abandon();
    }

    private static NativeMirror.Progress account(DiskCopy copy) throws IOException, InterruptedException {
        NativeMirror.Progress progress = copy.nativeMirror().progress();
        copy.account().set(progress.bytesDone(), progress.bytesTotal());
        return progress;
    }
}
