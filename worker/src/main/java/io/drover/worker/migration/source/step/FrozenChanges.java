package io.drover.worker.migration.source.step;

import io.drover.worker.replication.BlockSet;
import io.drover.worker.replication.DiskChanges;

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
            public BlockSet blocks() {
                return new BlockSet(0);
            }

            @Override
            public void durable() {}
        };
    }
}
