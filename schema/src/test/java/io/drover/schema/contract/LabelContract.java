package io.drover.schema.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.messages.HostId;
import io.drover.messages.VmDefinition;
import io.drover.messages.VmId;
import io.drover.schema.scheduler.Labels;
import io.drover.schema.scheduler.SchedulerStore;
import io.drover.schema.support.Samples;
import io.drover.schema.worker.WorkerStore;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What operators say about hosts and VMs. */
@SuppressWarnings("NullAway.Init") // Set before each test.
public abstract class LabelContract {
    private SchedulerStore store;
    private final HostId host = Samples.host("host");
    private final VmDefinition one = Samples.definition();
    private final VmDefinition other = Samples.definition();

    protected abstract Stores stores();

    @BeforeEach
    void defined() {
        store = stores().scheduler();
        stores().worker(host).registerHost(Samples.FACTS);
        store.defineVm(one, host);
        store.defineVm(other, host);
    }

    @Test
    void ofAHostAreReplacedWhereTheyAreAsExpected() {
        assertThat(store.relabel(host, Map.of(), Map.of("drover.maintenance", "always", "rack", "ä \"7\"")))
                .isTrue();
        assertThat(store.labels().of(host)).isEqualTo(Map.of("drover.maintenance", "always", "rack", "ä \"7\""));

        assertThat(store.relabel(host, Map.of(), Map.of("rack", "8"))).isFalse();
        assertThat(store.labels().of(host)).hasSize(2);

        assertThat(store.relabel(host, store.labels().of(host), Map.of())).isTrue();
        assertThat(store.labels().hosts()).doesNotContainKey(host);
        // A worker that starts again registers its host and says nothing of labels.
        store.relabel(host, Map.of(), Map.of("rack", "9"));
        stores().worker(host).registerHost(Samples.FACTS);
        assertThat(store.labels().of(host)).isEqualTo(Map.of("rack", "9"));
    }

    @Test
    void ofAVmAreReplacedOnlyWhereNobodyElsesChanged() {
        Labels before = store.labels();
        assertThat(store.relabel(one.id(), before, Map.of("drover.affinity", "a")))
                .isTrue();

        assertThat(store.relabel(other.id(), before, Map.of("drover.anti-affinity", "a")))
                .isFalse();
        assertThat(store.labels().vms()).doesNotContainKey(other.id());

        assertThat(store.relabel(other.id(), store.labels(), Map.of("drover.affinity", "a")))
                .isTrue();
        assertThat(store.labels().of(one.id())).isEqualTo(Map.of("drover.affinity", "a"));
        assertThat(store.labels().of(other.id())).isEqualTo(Map.of("drover.affinity", "a"));
    }

    @Test
    void aHostThatShutsDownIsInMaintenanceUntilItsNextSession() {
        WorkerStore worker = stores().worker(host);
        worker.vacate();
        worker.vacate();
        assertThat(store.labels().of(host)).isEqualTo(Map.of("drover.maintenance", "shutdown"));
        worker.openSession(Samples.IDENTITY);
        assertThat(store.labels().of(host)).isEmpty();

        String weekly = "sat/22:00/PT4H,always";
        store.relabel(host, Map.of(), Map.of("drover.maintenance", weekly));
        worker.vacate();
        assertThat(store.labels().of(host)).isEqualTo(Map.of("drover.maintenance", weekly + ",shutdown"));
        worker.openSession(Samples.IDENTITY);
        assertThat(store.labels().of(host)).isEqualTo(Map.of("drover.maintenance", weekly));
    }

    @Test
    void theOrderOfAShutdownIsOfOwnVms() {
        HostId neighbour = Samples.host("neighbour");
        WorkerStore otherWorker = stores().worker(neighbour);
        otherWorker.registerHost(Samples.FACTS);
        assertThat(stores().worker(host).shutdownOrder()).isEmpty();
        store.relabel(one.id(), store.labels(), Map.of("drover.shutdown-order", "10"));
        store.relabel(other.id(), store.labels(), Map.of("drover.shutdown-order", "soon"));
        assertThat(stores().worker(host).shutdownOrder()).isEqualTo(Map.of(one.id(), 10));
        assertThat(otherWorker.shutdownOrder()).isEmpty();
    }

    @Test
    void whatIsNotThereHasNone() {
        assertThat(store.relabel(Samples.host("none"), Map.of(), Map.of("a", "b")))
                .isFalse();
        assertThat(store.relabel(new VmId(UUID.randomUUID()), store.labels(), Map.of("a", "b")))
                .isFalse();
    }
}
