package io.drover.worker.sim.host;

import io.drover.worker.replication.AlgorithmCatalog;
import io.drover.worker.replication.AlgorithmDescriptor;
import io.drover.worker.replication.DiskChanges.Round;
import io.drover.worker.replication.DiskCopy;
import io.drover.worker.replication.Extent;
import io.drover.worker.replication.ReplicationAlgorithm;
import io.drover.worker.replication.algorithm.Auto;
import io.drover.worker.replication.algorithm.Hybrid;
import io.drover.worker.replication.algorithm.PostCopy;
import io.drover.worker.replication.algorithm.ReplicationAlgorithms;
import java.io.IOException;
import java.util.List;

/** Two ways to copy in their smallest form, and the default as it is: what is simulated is the control around them. */
public final class SimAlgorithms {
    private SimAlgorithms() {}

    public static AlgorithmCatalog catalog() {
        AlgorithmCatalog real = ReplicationAlgorithms.catalog();
        return new AlgorithmCatalog(List.of(
                real.named(Auto.NAME),
                real.named(Hybrid.NAME),
                real.named(PostCopy.NAME),
                AlgorithmDescriptor.of("pre-copy", _ -> new Rounds(true)).buildingOnContent(),
                AlgorithmDescriptor.of("stop-and-copy", _ -> new Rounds(false))));
    }

    /** Bulk, then rounds; or everything at the end. */
    private static final class Rounds implements ReplicationAlgorithm {
        private final boolean live;
        private boolean bulkDone;

        Rounds(boolean live) {
            this.live = live;
        }

        @Override
        public String name() {
            return live ? "pre-copy" : "stop-and-copy";
        }

        @Override
        public long advance(DiskCopy copy) throws IOException, InterruptedException {
            if (!live) {
                return copy.source().size();
            }
            if (bulkDone) {
                round(copy);
            } else {
                bulk(copy);
            }
            return copy.changes().dirtyBytes();
        }

        @Override
        public boolean converging() {
            return live;
        }

        @Override
        public void finish(DiskCopy copy) throws IOException, InterruptedException {
            if (!bulkDone) {
                bulk(copy);
            }
            round(copy);
        }

        private void bulk(DiskCopy copy) throws IOException, InterruptedException {
            // What an earlier attempt sent may stand there.
            copy.target().zero(0, copy.source().size());
            send(copy, copy.source().allocated(whole(copy)));
            bulkDone = true;
        }

        private static Extent whole(DiskCopy copy) {
            return new Extent(0, copy.source().size());
        }

        private static void round(DiskCopy copy) throws IOException, InterruptedException {
            Round round = copy.changes().freeze();
            for (Extent dirty : round.blocks().extents()) {
                copy.target().zero(dirty.offset(), dirty.length());
                List<Extent> allocated = copy.source().allocated(dirty);
                if (!allocated.isEmpty()) {
                    send(copy, allocated);
                }
            }
            copy.target().flush();
            round.durable();
        }

        private static void send(DiskCopy copy, List<Extent> extents) throws IOException, InterruptedException {
            copy.source().read(extents, SimImage.BLOCK, copy.target()::write);
            copy.account().done(extents.stream().mapToLong(Extent::length).sum());
        }
    }
}
