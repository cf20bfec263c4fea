package io.drover.worker.migration.source.step;

import io.drover.messages.MigrationState;
import io.drover.worker.migration.source.DiskReplication;
import io.drover.worker.migration.source.MigrationContext;
import io.drover.worker.migration.source.Step;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/** In the pause: sends what is left of every disk and waits until it is durable. */
public final class SendRest implements Step {
    @Override
    public String name() {
        return "send-rest";
    }

    @Override
    public MigrationState state() {
        return MigrationState.SWITCHING;
    }

    @Override
    public Map<String, ?> run(MigrationContext context) throws IOException, InterruptedException {
        Duration begin = context.ports().clock().elapsed();
        var wireBytes = new TreeMap<String, Long>();
        var outcomes = new TreeMap<String, Map<String, ?>>();
        for (DiskReplication disk : context.disks()) {
            disk.finish();
            outcomes.put(disk.copy().disk().value(), disk.evidence());
            wireBytes.put(disk.copy().disk().value(), disk.wireBytes());
        }
        Duration took = context.ports().clock().elapsed().minus(begin);
        return Map.of("milliseconds", took.toMillis(), "wire_bytes", wireBytes, "algorithms", outcomes);
    }
}
