package io.drover.worker.replication.algorithm;

import io.drover.messages.evidence.disk.AlgorithmEvidence;
import io.drover.worker.replication.BlockSource;
import io.drover.worker.replication.CopyTerms;
import io.drover.worker.replication.DiskCopy;
import io.drover.worker.replication.Extent;
import io.drover.worker.replication.ReplicationAlgorithm;
import io.drover.worker.replication.algorithm.AutoCandidates.Choice;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Begins with what all have in common, the bulk, measures the guest's writes and the link meanwhile, and then goes on
 * with the algorithm that it predicts to be the best. The prediction that is held against the outcome is the
 * one made after a quarter of the bulk; the choice is made with what is known at its end.
 */
public final class Auto implements ReplicationAlgorithm {
    public static final String NAME = "auto";

    private final PreCopy bulk = new PreCopy();
    private final AutoRecord record = new AutoRecord();
    private final CopyTerms terms;
    private @Nullable BulkMeasurement measurement;
    private @Nullable ReplicationAlgorithm chosen;

    Auto(CopyTerms terms) {
        this.terms = terms;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public long advance(DiskCopy copy) throws IOException, InterruptedException {
        Duration begin = copy.clock().elapsed();
        try {
            ReplicationAlgorithm next = chosen;
            return next == null ? sendBulk(copy) : next.advance(copy);
        } finally {
            record.spent(copy.clock().elapsed().minus(begin));
        }
    }

    private long sendBulk(DiskCopy copy) throws IOException, InterruptedException {
        BulkMeasurement measured = measurement;
        if (measured == null) {
            measured = new BulkMeasurement(copy, terms);
            measurement = measured;
        }
        long rest = bulk.advance(copy.withSource(observed(copy.source(), measured)));
        measured.sample(rest);
        Choice choice = AutoCandidates.choose(measured.situation());
        record.chose(choice, measured.situation());
        chosen = choice.best().next().apply(bulk);
        return rest;
    }

    /** The same source; after each piece there is time to look at the guest's writes. */
    private BlockSource observed(BlockSource source, BulkMeasurement measured) {
        return new ObservedSource(source, () -> {
            if (measured.lookDue()) {
                measured.look();
                if (measured.quarterDone()) {
                    record.predicted(AutoCandidates.choose(measured.situation()));
                }
            }
        });
    }

    @Override
    public boolean converging() {
        return chosen == null || chosen.converging();
    }

    @Override
    public void finish(DiskCopy copy) throws IOException, InterruptedException {
        Duration begin = copy.clock().elapsed();
        ReplicationAlgorithm last = chosen == null ? bulk : chosen;
        last.finish(copy);
        Duration pause = copy.clock().elapsed().minus(begin);
        record.spent(pause);
        record.finished(pause, copy.target().wireBytes());
        if (last.pulls()) {
            record.isPulled();
        }
    }

    @Override
    public void pulled(Duration took, long wireBytes) {
        if (chosen != null && chosen.pulls()) {
            record.spent(took);
            record.pulled(wireBytes);
        }
    }

    /** With leave to pull the destination is ready for it from the start, whatever is chosen: it is never too late. */
    @Override
    public boolean pulls() {
        return terms.pullAllowed();
    }

    @Override
    public List<Extent> hottest() {
        return chosen == null ? List.of() : chosen.hottest();
    }

    @Override
    public void abandon(DiskCopy copy) throws IOException, InterruptedException {
        if (chosen != null) {
            chosen.abandon(copy);
        }
    }

    @Override
    public AlgorithmEvidence evidence() {
        return record.evidence();
    }
}
