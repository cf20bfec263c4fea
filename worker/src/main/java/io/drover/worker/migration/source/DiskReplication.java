package io.drover.worker.migration.source;

import io.drover.messages.evidence.disk.AlgorithmEvidence;
import io.drover.worker.replication.DiskCopy;
import io.drover.worker.replication.Extent;
import io.drover.worker.replication.NativeMirror;
import io.drover.worker.replication.ReplicationAlgorithm;
import io.drover.worker.replication.comparison.UncomparedBlocks;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** One disk on its way, with the algorithm that carries it. */
public final class DiskReplication {
    private final DiskCopy copy;
    private final ReplicationAlgorithm algorithm;
    private final boolean mirroredNatively;
    private final Optional<UncomparedBlocks> uncompared;
    private long rest = Long.MAX_VALUE;

    public DiskReplication(DiskCopy copy, ReplicationAlgorithm algorithm, boolean mirroredNatively) {
        this(copy, algorithm, mirroredNatively, Optional.empty());
    }

    /** @param uncompared of a disk that is compared before the VM is given away; notes the copy's rounds */
    public DiskReplication(
            DiskCopy copy,
            ReplicationAlgorithm algorithm,
            boolean mirroredNatively,
            Optional<UncomparedBlocks> uncompared) {
        this.uncompared = uncompared;
        this.copy = copy;
        this.algorithm = algorithm;
        this.mirroredNatively = mirroredNatively;
    }

    public DiskCopy copy() {
        return copy;
    }

    /** What of it is still to be compared; empty when nothing is compared before the VM is given away. */
    public Optional<UncomparedBlocks> uncompared() {
        return uncompared;
    }

    /** Whether the hypervisor sends it: then nobody else may write to the target. */
    public boolean mirroredNatively() {
        return mirroredNatively;
    }

    public String algorithm() {
        return algorithm.name();
    }

    /** What was left after the last {@link #advance}, in bytes. */
    public long rest() {
        return rest == Long.MAX_VALUE ? copy.source().size() : rest;
    }

    /** Bytes on the wire so far; of a native mirror the content it says it copied, since only the hypervisor sees its wire. */
    public long wireBytes() {
        return mirroredNatively ? copy.account().bytesDone() : copy.target().wireBytes();
    }

    public boolean converging() {
        return algorithm.converging();
    }

    /** Whether blocks stay behind after {@link #finish}. */
    public boolean pulls() {
        return algorithm.pulls();
    }

    /** What the destination is likely to want first of what stayed behind. */
    public List<Extent> hottest() {
        return algorithm.hottest();
    }

    /** What stayed behind has been pushed. */
    public void pulled(Duration took, long wireBytes) {
        algorithm.pulled(took, wireBytes);
    }

    /** Lets a native mirror, which runs by itself, hear of its part of the link. */
    public void keepToShare() throws IOException, InterruptedException {
        if (mirroredNatively) {
            NativeMirror.Progress progress = copy.nativeMirror().progress();
            copy.account().set(progress.bytesDone(), progress.bytesTotal());
        }
    }

    public void advance() throws IOException, InterruptedException {
        rest = algorithm.advance(copy);
    }

    /** What the algorithm has to tell for the record. */
    public AlgorithmEvidence evidence() {
        return algorithm.evidence();
    }

    /** Sends all that is left, but for what is pulled, and returns when it is on the destination's disk. */
    public void finish() throws IOException, InterruptedException {
        algorithm.finish(copy);
        if (!mirroredNatively) {
            copy.target().flush();
        }
        rest = 0;
    }

    public void abandon() throws IOException, InterruptedException {
        algorithm.abandon(copy);
    }
}
