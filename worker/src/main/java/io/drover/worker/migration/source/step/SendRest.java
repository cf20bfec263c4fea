package io.drover.worker.migration.source.step;

import io.drover.messages.DiskId;
import io.drover.messages.MigrationState;
import io.drover.messages.evidence.SentRest;
import io.drover.messages.evidence.disk.AlgorithmEvidence;
import io.drover.worker.migration.source.DiskReplication;
import io.drover.worker.migration.source.MigrationContext;
import io.drover.worker.migration.source.Step;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;

/** In the pause: sends what is left of every disk and waits until it is durable. */
public final class SendRest implements Step.Copying {
    @Override
    public String name() {
        return SentRest.STEP;
    }

    @Override
    public MigrationState state() {
        return MigrationState.SWITCHING;
    }

    @Override
    public SentRest run(MigrationContext context, List<DiskReplication> disks)
            throws IOException, InterruptedException {
        Duration begin = context.ports().clock().elapsed();
        var wireBytes = new TreeMap<DiskId, Long>();
        var algorithms = new TreeMap<DiskId, AlgorithmEvidence>();
        for (DiskReplication disk : disks) {
            disk.finish();
            algorithms.put(disk.copy().disk(), disk.evidence());
            wireBytes.put(disk.copy().disk(), disk.wireBytes());
        }
        Duration took = context.ports().clock().elapsed().minus(begin);
        return new SentRest(took.toMillis(), wireBytes, algorithms);
    }
}
