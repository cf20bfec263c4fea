package io.drover.schema;

import io.drover.messages.HostId;
import io.drover.messages.time.SystemClock;
import io.drover.schema.contract.AccessContract;
import io.drover.schema.contract.BundleContract;
import io.drover.schema.contract.HistoryContract;
import io.drover.schema.contract.LabelContract;
import io.drover.schema.contract.LifecycleContract;
import io.drover.schema.contract.OutboxContract;
import io.drover.schema.contract.OverrideContract;
import io.drover.schema.contract.OwnershipContract;
import io.drover.schema.contract.PlanContract;
import io.drover.schema.contract.RegisterContract;
import io.drover.schema.contract.SessionContract;
import io.drover.schema.contract.Stores;
import io.drover.schema.contract.SubmissionContract;
import io.drover.schema.memory.MemoryAccessStore;
import io.drover.schema.memory.MemoryStores;
import io.drover.schema.scheduler.AccessStore;
import io.drover.schema.scheduler.TelemetryHistory;
import io.drover.schema.worker.WorkerStore;
import java.time.Duration;
import org.junit.jupiter.api.Nested;

/** What simulation and unit tests take for the database keeps the contract that PostgreSQL keeps. */
class MemoryStoresTest {
    private final MemoryStores stores = new MemoryStores();

    @Nested
    class Submissions extends SubmissionContract {
        @Override
        protected Stores stores() {
            return stores;
        }
    }

    @Nested
    class Lifecycle extends LifecycleContract {
        @Override
        protected Stores stores() {
            return stores;
        }
    }

    @Nested
    class Ownership extends OwnershipContract {
        @Override
        protected Stores stores() {
            return stores;
        }
    }

    @Nested
    class Bundles extends BundleContract {
        @Override
        protected Stores stores() {
            return stores;
        }
    }

    @Nested
    class Registers extends RegisterContract {
        @Override
        protected Stores stores() {
            return stores;
        }
    }

    @Nested
    class Outboxes extends OutboxContract {
        @Override
        protected Stores stores() {
            return stores;
        }
    }

    @Nested
    class Labels extends LabelContract {
        @Override
        protected Stores stores() {
            return stores;
        }
    }

    @Nested
    class Plans extends PlanContract {
        @Override
        protected Stores stores() {
            return stores;
        }
    }

    @Nested
    class Overrides extends OverrideContract {
        @Override
        protected Stores stores() {
            return stores;
        }
    }

    @Nested
    class Sessions extends SessionContract {
        @Override
        protected Stores stores() {
            return stores;
        }

        @Override
        protected WorkerStore process(HostId worker) {
            return stores.process(worker);
        }

        @Override
        protected void keepSilent(HostId worker) {
            stores.advance(Duration.ofSeconds(31));
        }
    }

    @Nested
    class Access extends AccessContract {
        private final AccessStore store = new MemoryAccessStore(new SystemClock());

        @Override
        protected AccessStore store() {
            return store;
        }
    }

    @Nested
    class Histories extends HistoryContract {
        @Override
        protected Stores stores() {
            return stores;
        }

        @Override
        protected TelemetryHistory history() {
            return stores.history();
        }
    }
}
