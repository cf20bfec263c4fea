package io.drover.worker.shutdown;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.messages.HostId;
import io.drover.messages.VmDefinition;
import io.drover.messages.VmId;
import io.drover.schema.memory.MemoryStores;
import io.drover.schema.record.VmRecord.Power;
import io.drover.schema.scheduler.SchedulerStore;
import io.drover.schema.support.Samples;
import io.drover.schema.worker.WorkerStore;
import io.drover.worker.hypervisor.FakeHypervisor;
import io.drover.worker.hypervisor.FakeVm;
import io.drover.worker.replication.SteppedClock;
import io.drover.worker.shutdown.HostShutdown.Policy;
import io.drover.worker.shutdown.HostShutdown.Settings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class HostShutdownTest {
    private static final Duration DRAIN = Duration.ofMinutes(5);
    private static final Duration POWER_OFF = Duration.ofMinutes(1);
    private static final SystemState GOES_DOWN = new SystemState(List.of("echo", "stopping"));
    private final SteppedClock clock = new SteppedClock();
    private final FakeHypervisor hypervisor = new FakeHypervisor();
    /** Guests that were asked to power off, and at which second. */
    private final List<Map.Entry<VmId, Long>> asked = new ArrayList<>();

    private final MemoryStores stores = new MemoryStores();
    private final HostId host = Samples.host("h");
    private final WorkerStore store = stores.worker(host);
    private final SchedulerStore scheduler = stores.scheduler();

    @BeforeEach
    void hostIsKnown() {
        store.registerHost(Samples.FACTS);
    }

    /** A guest of this host that runs. */
    private FakeVm guest() {
        VmDefinition definition = Samples.definition();
        scheduler.defineVm(definition, host);
        scheduler.wantPower(definition.id(), Power.RUNNING);
        store.recordPower(definition.id(), 1, Power.RUNNING);
        return hypervisor.put(definition.id());
    }

    private FakeVm deafGuest() {
        FakeVm guest = guest();
        guest.deaf(() -> asked.add(Map.entry(guest.vm(), clock.elapsed().toSeconds())));
        return guest;
    }

    private void end(Policy policy, SystemState system) throws Exception {
        end(policy, system, store);
    }

    private void end(Policy policy, SystemState system, WorkerStore database) throws Exception {
        var shutdown = new HostShutdown(new Settings(policy, DRAIN, POWER_OFF), system, database, hypervisor, clock);
        shutdown.begin();
        shutdown.end();
    }

    private Power power(VmId vm) {
        return store.vm(vm).orElseThrow().power();
    }

    @ParameterizedTest
    @CsvSource({"running", "degraded", "stopping now", "offline", "''"})
    void aHostThatStaysUpKeepsItsGuests(String state) throws Exception {
        FakeVm guest = guest();
        for (Policy policy : Policy.values()) {
            end(policy, new SystemState(List.of("echo", state)));
        }
        assertThat(hypervisor.alive()).containsExactly(guest.vm());
        assertThat(scheduler.labels().of(host)).isEmpty();
    }

    @Test
    void whereNoServiceManagerIsNothingEnds() throws Exception {
        guest();
        end(Policy.POWEROFF, new SystemState(List.of("/nonexistent/systemctl")));
        assertThat(hypervisor.alive()).hasSize(1);
    }

    @Test
    void leavesGuestsWhereItShall() throws Exception {
        guest();
        end(Policy.LEAVE, GOES_DOWN);
        assertThat(hypervisor.alive()).hasSize(1);
    }

    @Test
    void powersOffAndSaysSoAndWantsThemToRunAfterwards() throws Exception {
        VmId vm = guest().vm();
        end(Policy.POWEROFF, GOES_DOWN);
        assertThat(hypervisor.alive()).isEmpty();
        assertThat(power(vm)).isEqualTo(Power.STOPPED);
        assertThat(store.vm(vm).orElseThrow().wantedPower()).isEqualTo(Power.RUNNING);
        assertThat(clock.elapsed()).isLessThan(POWER_OFF);
    }

    @Test
    void aGuestThatDoesNotListenIsSwitchedOffWhenItsGroupsTimeIsOver() throws Exception {
        FakeVm deaf = deafGuest();
        FakeVm later = deafGuest();
        scheduler.relabel(later.vm(), scheduler.labels(), Map.of("drover.shutdown-order", "5"));
        end(Policy.POWEROFF, GOES_DOWN);
        assertThat(hypervisor.alive()).isEmpty();
        assertThat(power(deaf.vm())).isEqualTo(Power.STOPPED);
        assertThat(clock.elapsed()).isBetween(POWER_OFF, POWER_OFF.plusSeconds(2));
        assertThat(asked).containsExactly(Map.entry(deaf.vm(), 0L), Map.entry(later.vm(), POWER_OFF.toSeconds() / 2));
    }

    @Test
    void withoutTheDatabaseGuestsArePoweredOffAllTheSame() throws Exception {
        guest();
        // Nobody opened a session for it: it is refused.
        end(Policy.POWEROFF, GOES_DOWN, stores.process(host));
        assertThat(hypervisor.alive()).isEmpty();
    }

    @Test
    void aSpareThatAMigrationStoppedIsLeftToTheServiceManager() throws Exception {
        VmDefinition arriving = Samples.definition();
        var _ = hypervisor.startIncoming(arriving);
        end(Policy.POWEROFF, GOES_DOWN);
        assertThat(hypervisor.alive()).containsExactly(arriving.id());
    }

    @Test
    void drainsUntilTheTimeIsOverAndPowersOffWhatIsLeft() throws Exception {
        VmId vm = guest().vm();
        end(Policy.DRAIN, GOES_DOWN);
        assertThat(scheduler.labels().of(host)).isEqualTo(Map.of("drover.maintenance", "shutdown"));
        assertThat(clock.elapsed()).isGreaterThanOrEqualTo(DRAIN);
        assertThat(hypervisor.alive()).isEmpty();
        assertThat(power(vm)).isEqualTo(Power.STOPPED);
    }

    @Test
    void aDrainIsOverWhenNoVmIsLeft() throws Exception {
        end(Policy.DRAIN, GOES_DOWN);
        assertThat(clock.elapsed()).isLessThan(DRAIN);
    }

    @ParameterizedTest
    @EnumSource(Policy.class)
    void isWaitedForAsLongAsItMayTake(Policy policy) throws Exception {
        deafGuest();
        end(policy, GOES_DOWN);
        assertThat(clock.elapsed())
                .isLessThanOrEqualTo(
                        new Settings(policy, DRAIN, POWER_OFF).longest().plusSeconds(2));
    }
}
