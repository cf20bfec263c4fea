package io.drover.schema.contract;

import io.drover.messages.HostId;
import io.drover.schema.scheduler.SchedulerStore;
import io.drover.schema.worker.WorkerStore;

/** Stores over one set of rows, which other tests may have written to as well. */
public interface Stores {
    SchedulerStore scheduler();

    /** The store of a host's worker, not registered yet; the same for the same host. */
    WorkerStore worker(HostId host);
}
