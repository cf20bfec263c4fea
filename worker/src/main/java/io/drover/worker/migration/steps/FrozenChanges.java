package io.drover.worker.migration.steps;

import io.drover.worker.replication.DiskChanges;
import io.drover.worker.replication.Extent;
import java.util.List;

/** Nobody writes to a frozen disk. */
final class FrozenChanges implements DiskChanges {
    @Override
    public long dirtyBytes() {
        return 0;
    }

    @Override
    public Round freeze() {
        return new Round() {
            @Override
            public List<Extent> extents() {
                return List.of();
            }

            @Override
            public void durable() {}
        };
    }
}
