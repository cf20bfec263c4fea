package io.drover.schema.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import io.drover.messages.HostId;
import io.drover.messages.HostReport;
import io.drover.messages.HostReport.VmLoad;
import io.drover.messages.VmDefinition;
import io.drover.schema.scheduler.LoadHistory;
import io.drover.schema.scheduler.LoadHistory.HostHistory;
import io.drover.schema.scheduler.LoadHistory.VmHistory;
import io.drover.schema.scheduler.SchedulerStore;
import io.drover.schema.scheduler.TelemetryHistory;
import io.drover.schema.support.Samples;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Reports rolled up to slots. */
@SuppressWarnings("NullAway.Init") // Set before each test.
public abstract class HistoryContract {
    private static final Duration SLOT = Duration.ofSeconds(LoadHistory.SLOT_SECONDS);

    private SchedulerStore store;
    private final HostId one = Samples.host("one");
    private final HostId other = Samples.host("other");
    private final VmDefinition vm = Samples.definition();
    /** Three slots that are over. */
    private final Instant since = threeSlotsAgo();

    protected abstract Stores stores();

    /** Over the same rows. */
    protected abstract TelemetryHistory history();

    private static Instant threeSlotsAgo() {
        long now = Instant.now().getEpochSecond();
        return Instant.ofEpochSecond(now - now % SLOT.toSeconds()).minus(SLOT.multipliedBy(3));
    }

    @BeforeEach
    void defined() {
        store = stores().scheduler();
        stores().worker(one).registerHost(Samples.FACTS);
        store.defineVm(vm, one);
    }

    @Test
    void showsEachSlotAndWhatIsNotKnown() {
        report(one, since.plusSeconds(10), 0.2);
        report(one, since.plusSeconds(20), 0.4);
        report(one, since.plus(SLOT.multipliedBy(2)), 0.5);
        store.retain(since.plus(SLOT.multipliedBy(3)));

        LoadHistory loaded = mine(since, since.plus(SLOT.multipliedBy(3)));

        assertThat(loaded.slots()).isEqualTo(3);
        assertThat(loaded.hosts()).containsExactly(new HostHistory(one, List.of(2, 0, 1)));
        VmHistory vm = loaded.vms().getFirst();
        assertThat(loaded.vms()).hasSize(1);
        assertThat(vm.name()).isEqualTo(vm.name());
        assertThat(vm.vcpus()).isEqualTo(vm.vcpus());
        assertThat(vm.cpuCores().get(0)).isCloseTo(0.3, offset(1e-9));
        assertThat(vm.cpuCores().subList(1, 3)).containsExactly(null, 0.5);
    }

    @Test
    void aVmThatMovedIsOneSeriesWeighedByItsReports() {
        report(one, since.plusSeconds(10), 0.9);
        report(other, since.plusSeconds(20), 0.3);
        report(other, since.plusSeconds(30), 0.3);
        store.retain(since.plus(SLOT));

        VmHistory vm = mine(since, since.plus(SLOT)).vms().getFirst();

        assertThat(vm.host()).isEqualTo(other);
        assertThat(vm.cpuCores().getFirst()).isCloseTo(0.5, offset(1e-9));
    }

    @Test
    void beforeAndAfterIsNotShown() {
        report(one, since.plusSeconds(10), 0.9);
        report(one, since.plus(SLOT.multipliedBy(2)), 0.9);
        store.retain(since.plus(SLOT.multipliedBy(3)));

        LoadHistory between = mine(since.plus(SLOT), since.plus(SLOT.multipliedBy(2)));

        assertThat(between.hosts()).isEmpty();
        assertThat(between.vms()).isEmpty();
    }

    /** Without what the other tests reported to this database. */
    private LoadHistory mine(Instant from, Instant until) {
        LoadHistory all = history().load(from, until);
        return new LoadHistory(
                all.since(),
                all.slotSeconds(),
                all.slots(),
                all.hosts().stream()
                        .filter(entry ->
                                entry.host().equals(one) || entry.host().equals(other))
                        .toList(),
                all.vms().stream().filter(entry -> entry.vm().equals(vm.id())).toList());
    }

    private void report(HostId host, Instant at, double cpuCores) {
        HostReport like = Samples.report(host, at, vm.id(), 100, 70);
        VmLoad load = like.vms().getFirst();
        store.storeReport(new HostReport(
                host,
                at,
                like.periodSeconds(),
                like.capacity(),
                like.load(),
                List.of(new VmLoad(vm.id(), cpuCores, load.memoryBytes(), 0, 0, 0, 0, load.diskAllocatedBytes(), 0))));
    }
}
