package io.drover.schema.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.messages.DecisionId;
import io.drover.messages.DiskDefinition;
import io.drover.messages.HostId;
import io.drover.messages.HostReport;
import io.drover.messages.MigrationId;
import io.drover.messages.VmDefinition;
import io.drover.messages.VmId;
import io.drover.schema.record.VmRecord;
import io.drover.schema.scheduler.FleetStatistics.HostStatistics;
import io.drover.schema.scheduler.FleetStatistics.Vms;
import io.drover.schema.scheduler.SchedulerStore;
import io.drover.schema.scheduler.SchedulerStore.Decision;
import io.drover.schema.scheduler.SchedulerStore.HostRow;
import io.drover.schema.scheduler.SchedulerStore.SubmitVmResult;
import io.drover.schema.support.Samples;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Hosts and their reports, VMs, decisions. */
@SuppressWarnings("NullAway.Init") // Set before each test.
public abstract class RegisterContract {
    private final Instant now = Instant.now().truncatedTo(ChronoUnit.MICROS);
    private SchedulerStore store;

    protected abstract Stores stores();

    @BeforeEach
    void prepare() {
        store = stores().scheduler();
    }

    @Test
    void answersAPing() {
        store.ping();
        stores().worker(Samples.host("host")).ping();
    }

    @Test
    void aVmIsDefinedStoppedAndFoundByIdOrName() {
        HostId host = registered("host");
        VmDefinition definition = Samples.definition();
        VmRecord expected = new VmRecord(definition, host, 1, VmRecord.Power.STOPPED, VmRecord.Power.STOPPED, null);
        assertThat(store.defineVm(definition, host)).isEqualTo(new SubmitVmResult.Defined(expected));
        assertThat(store.vm(definition.name())).contains(expected);
        assertThat(store.vm(definition.id().toString())).contains(expected);
        assertThat(store.vm(definition.id())).contains(expected);
        assertThat(store.vms()).contains(expected);
        assertThat(store.vm("no-such-vm")).isEmpty();
    }

    @Test
    void aTakenIdNameOrImageAndAnUnknownHostAreRefusedByField() {
        HostId host = registered("host");
        VmDefinition first = Samples.definition();
        VmDefinition fresh = Samples.definition();
        store.defineVm(first, host);
        assertThat(field(store.defineVm(first, host))).isEqualTo("id");
        assertThat(field(store.defineVm(
                        Samples.definition(first.name(), fresh.disks().toArray(DiskDefinition[]::new)), host)))
                .isEqualTo("name");
        assertThat(field(store.defineVm(
                        Samples.definition(fresh.name(), first.disks().toArray(DiskDefinition[]::new)), host)))
                .isEqualTo("disks");
        assertThat(field(store.defineVm(fresh, new HostId("nowhere")))).isEqualTo("owner");
        assertThat(store.vm(fresh.name())).isEmpty();
        assertThat(store.vm(fresh.id())).isEmpty();
        assertThat(store.host(new HostId("nowhere"))).isEmpty();
    }

    @Test
    void aWorkerKnowsWhereTheOthersListen() {
        HostId host = registered("host");
        HostId other = registered("other");
        assertThat(stores().worker(host).peerAddress(other)).contains(Samples.FACTS.peerAddress());
        assertThat(stores().worker(host).peerAddress(new HostId("nowhere"))).isEmpty();
    }

    @Test
    void aReservationStandsUntilTheVmHasArrived() {
        HostId source = registered("source");
        HostId destination = registered("destination");
        VmDefinition definition = Samples.definition();
        store.defineVm(definition, source);
        store.storeReport(Samples.report(source, now, definition.id(), 4000, 1L << 33));
        var task = Samples.task(definition.id(), source, destination);
        store.submit(task, "test", null);
        assertThat(host(destination).reservedMemoryBytes()).isEqualTo(Samples.VM_MEMORY_BYTES);
        assertThat(host(destination).reservedImageBytes()).isEqualTo(5000);
        assertThat(host(source).reservedMemoryBytes()).isZero();
        store.requestCancel(task.id(), "test");
        assertThat(host(destination).reservedMemoryBytes()).isZero();
        assertThat(host(destination).reservedImageBytes()).isZero();
    }

    @Test
    void aHostIsShownAsItsWorkerDescribedIt() {
        HostId host = registered("host");
        HostRow row = host(host);
        assertThat(row.peerAddress()).isEqualTo(Samples.FACTS.peerAddress());
        assertThat(row.hypervisor()).isEqualTo(Samples.FACTS.hypervisor());
        assertThat(row.droverVersion()).isEqualTo(Samples.FACTS.droverVersion());
        assertThat(row.memoryBytes()).isEqualTo(Samples.FACTS.memoryBytes());
        assertThat(row.imagesFreeBytes()).isEqualTo(Samples.FACTS.imagesFreeBytes());
        assertThat(row.lastSeen()).isNotNull();
        store.storeReport(Samples.report(host, Instant.now().plusSeconds(60), new VmId(UUID.randomUUID()), 0, 12_345));
        assertThat(host(host).imagesFreeBytes()).isEqualTo(12_345);
    }

    @Test
    void aHostsTroubleWithTheBrokerIsShownUntilItIsOver() {
        HostId host = registered("host");
        assertThat(host(host).brokerTrouble()).isNull();
        var worker = stores().worker(host);
        worker.registerHost(Samples.facts("RabbitMQ at db:5671 is away: ACCESS_REFUSED"));
        assertThat(host(host).brokerTrouble()).isEqualTo("RabbitMQ at db:5671 is away: ACCESS_REFUSED");
        worker.registerHost(Samples.FACTS);
        assertThat(host(host).brokerTrouble()).isNull();
    }

    @Test
    void aHostIsCountedWithWhatIsKnownOfIt() {
        HostId host = registered("host");
        HostStatistics silent = counted(host);
        assertThat(silent.seenAge()).isBetween(Duration.ZERO, Duration.ofMinutes(1));
        assertThat(silent.reportAge()).isNull();
        assertThat(silent.reachesBroker()).isTrue();
        assertThat(silent.imagesBytes()).isEqualTo(Samples.FACTS.imagesBytes());
        assertThat(silent.imagesFreeBytes()).isEqualTo(Samples.FACTS.imagesFreeBytes());

        stores().worker(host).registerHost(Samples.facts("RabbitMQ is away"));
        store.storeReport(Samples.report(host, now.minusSeconds(100), new VmId(UUID.randomUUID()), 1, 2));
        HostStatistics cut = counted(host);
        assertThat(cut.reachesBroker()).isFalse();
        assertThat(cut.reportAge()).isBetween(Duration.ofSeconds(100), Duration.ofSeconds(200));
    }

    private HostStatistics counted(HostId host) {
        return store.statistics().hosts().stream()
                .filter(each -> each.host().equals(host))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void vmsAreCountedByWhatTheyDo() {
        HostId host = registered("host");
        int stopped = stopped().count();
        int troubled = stopped().troubled();
        VmDefinition definition = Samples.definition();
        store.defineVm(definition, host);
        assertThat(stopped()).isEqualTo(new Vms(VmRecord.Power.STOPPED, stopped + 1, troubled));
        stores().worker(host).noteTrouble(definition.id(), 1, "no image");
        assertThat(stopped()).isEqualTo(new Vms(VmRecord.Power.STOPPED, stopped + 1, troubled + 1));
    }

    private Vms stopped() {
        return store.statistics().vms().stream()
                .filter(each -> each.power() == VmRecord.Power.STOPPED)
                .findFirst()
                .orElse(new Vms(VmRecord.Power.STOPPED, 0, 0));
    }

    @Test
    void reportsAreReadBackByHostAndTimeAndStoredOnce() {
        HostId host = registered("host");
        VmId vm = new VmId(UUID.randomUUID());
        HostReport older = Samples.report(host, now.minusSeconds(10), vm, 1, 2);
        HostReport newer = Samples.report(host, now.minusSeconds(5), vm, 3, 4);
        store.storeReport(newer);
        store.storeReport(older);
        store.storeReport(older);
        assertThat(reportsOf(host, now.minusSeconds(20))).containsExactly(older, newer);
        assertThat(reportsOf(host, older.at())).containsExactly(newer);
    }

    @Test
    void aReportOfAWrongClockIsIgnored() {
        HostId host = registered("host");
        VmId vm = new VmId(UUID.randomUUID());
        store.storeReport(Samples.report(host, now.minus(Duration.ofHours(3)), vm, 1, 2));
        store.storeReport(Samples.report(host, now.plus(Duration.ofHours(2)), vm, 1, 2));
        assertThat(reportsOf(host, Instant.EPOCH)).isEmpty();
    }

    @Test
    void decisionsAreKeptAsTheyWereWrittenNewestFirst() {
        Decision older = decision(now.minusSeconds(1), "[ {\"vm\": 1} ]");
        Decision newer = decision(now, "[]");
        store.storeDecision(older);
        store.storeDecision(newer);
        store.storeDecision(newer);
        assertThat(store.decision(older.id())).contains(older);
        assertThat(store.decisions(1)).containsExactly(newer);
        assertThat(store.decisions(10)).containsExactly(newer, older);
        assertThat(store.decision(new DecisionId(UUID.randomUUID()))).isEmpty();
    }

    private HostId registered(String prefix) {
        var worker = stores().worker(Samples.host(prefix));
        worker.registerHost(Samples.FACTS);
        return worker.host();
    }

    private HostRow host(HostId id) {
        HostRow row = store.host(id).orElseThrow();
        assertThat(store.hosts()).contains(row);
        return row;
    }

    private List<HostReport> reportsOf(HostId host, Instant since) {
        return store.reports(since).stream()
                .filter(report -> report.host().equals(host))
                .toList();
    }

    private static Decision decision(Instant at, String refused) {
        return new Decision(
                new DecisionId(UUID.randomUUID()),
                at,
                "threshold",
                "Move one VM.",
                "snapshot\nof two lines",
                refused,
                List.of(new MigrationId(UUID.randomUUID())),
                "{\"findings\":  {\"hosts\":[]}}");
    }

    private static String field(SubmitVmResult result) {
        return ((SubmitVmResult.Refused) result).field();
    }
}
