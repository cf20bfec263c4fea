package io.drover.worker.replication.algorithm;

import io.drover.messages.DiskRole;
import io.drover.worker.replication.CopyTerms;
import io.drover.worker.replication.DiskCopy;
import io.drover.worker.replication.prediction.Situation;
import io.drover.worker.replication.prediction.WriteModel;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What a bulk shows on its way: the link's speed, and how the guest's writes add up. */
final class BulkMeasurement {
    /** One short QMP command each; a busy guest's block layer is not to notice them. */
    private static final Duration LOOK_EVERY = Duration.ofMillis(400);

    /** Before that a rate is mostly start-up. */
    private static final double SECONDS_LEAST = 1;

    private static final long SENT_BYTES_LEAST = 1 << 20;

    private final DiskCopy copy;
    private final CopyTerms terms;
    private final Duration begin;
    private final long wireBytesBefore;
    private final List<WriteModel.Sample> samples = new ArrayList<>();
    private Duration countedFrom;
    private Duration nextLook;
    private long lastDirty;

    BulkMeasurement(DiskCopy copy, CopyTerms terms) {
        this.copy = copy;
        this.terms = terms;
        this.begin = copy.clock().elapsed();
        this.wireBytesBefore = copy.target().wireBytes();
        // The bulk of swap begins a round, and with it counting, anew.
        this.countedFrom = copy.role() == DiskRole.SWAP ? begin : terms.accountBegan();
        this.nextLook = begin;
    }

    boolean lookDue() {
        return copy.clock().elapsed().compareTo(nextLook) >= 0;
    }

    void look() throws IOException, InterruptedException {
        sample(copy.changes().dirtyBytes());
        nextLook = copy.clock().elapsed().plus(LOOK_EVERY);
    }

    void sample(long dirtyBytes) {
        if (dirtyBytes < lastDirty) {
            // A bulk that is begun again after a broken connection may begin a round: counting begins anew.
            samples.clear();
            countedFrom = copy.clock().elapsed();
        }
        lastDirty = dirtyBytes;
        samples.add(new WriteModel.Sample(seconds(countedFrom), dirtyBytes));
    }

    boolean quarterDone() {
        return seconds(begin) >= SECONDS_LEAST
                && copy.account().bytesDone() * 4 >= copy.account().bytesTotal();
    }

    Situation situation() {
        double seconds = Math.max(seconds(begin), 1e-3);
        long done = copy.account().bytesDone();
        long total = Math.max(copy.account().bytesTotal(), done);
        long wire = copy.target().wireBytes() - wireBytesBefore;
        double wireShare = wireShare(wire, done - copy.account().bytesSaved());
        // What the destination had is in the bulk's rate and not in a round's.
        double carried = Math.min(done / seconds, terms.linkBytesPerSecond() / Math.max(wireShare, 1e-3));
        return new Situation(
                copy.role(),
                copy.source().size(),
                new Situation.Bulk(total, total - done, seconds, wire),
                WriteModel.fit(samples),
                seconds(countedFrom),
                Math.max(carried, 1),
                wireShare,
                terms);
    }

    /** Next to nothing that was sent says nothing: frames that name zeros would be taken for content. */
    private static double wireShare(long wireBytes, long sentBytes) {
        return sentBytes < SENT_BYTES_LEAST ? 1 : (double) wireBytes / sentBytes;
    }

    private double seconds(Duration since) {
        return copy.clock().elapsed().minus(since).toNanos() / 1e9;
    }
}
