package io.drover.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.drover.messages.HostId;
import io.drover.messages.MigrationId;
import io.drover.messages.MigrationState;
import io.drover.messages.VmDefinition;
import io.drover.messages.VmId;
import io.drover.messages.evidence.ReplicatedDisks.ReplicatedDisk;
import io.drover.schema.record.VmRecord.Power;
import io.drover.schema.scheduler.SchedulerStore.MigrationDetail;
import io.drover.testbed.guest.Checkout;
import io.drover.testbed.guest.GuestSize;
import io.drover.testbed.guest.Guests;
import io.drover.testbed.guest.WitnessLoad;
import io.drover.worker.image.TestImageStores;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** A migration goes on from what has arrived, and the way back needs only what changed. */
final class ContentIT {
    private static final HostId HERE = new HostId("host1");
    private static final HostId THERE = new HostId("host2");
    private static final VmId VM = new VmId(UUID.fromString("5f6f3f0e-2f7c-4a37-9a61-0d4c2b7e9a07"));
    private static final GuestSize SIZE = new GuestSize(96, 128, 60, 16);
    private static final WitnessLoad LOAD = new WitnessLoad(20, 5, 4, 10, 10, 0);
    private static final Duration LIMIT = Duration.ofMinutes(4);
    private static final long MIB = 1 << 20;

    /** The bulk takes some ten seconds. */
    private static final long SLOW = 8_000_000;

    @Test
    void neitherWorkersEndNorTheWayBackSendsAgainWhatIsThere() throws Exception {
        Guests guests = Guests.prepare(Checkout.find());
        VmDefinition vm = guests.define(VM, "web1", SIZE, LOAD);
        try (var fleet = new Fleet()) {
            fleet.prepare(HERE);
            fleet.prepare(THERE);
            fleet.linkBytesPerSecond(SLOW);
            start(fleet);
            guests.createImages(vm, SIZE, fleet.images(HERE));
            fleet.defineAndStart(vm, HERE);
            assertThat(fleet.awaitPower(VM, Power.RUNNING, LIMIT)).isTrue();
            goOnAfterBothWorkersEnded(fleet, vm);
            comeBack(fleet);
        }
    }

    private static void start(Fleet fleet) throws Exception {
        fleet.startWorker(HERE, "127.0.0.11");
        fleet.startWorker(THERE, "127.0.0.12");
    }

    private static void goOnAfterBothWorkersEnded(Fleet fleet, VmDefinition vm) throws Exception {
        MigrationId id = fleet.submit(VM, HERE, THERE, "pre-copy");
        awaitArrived(fleet, vm, id, 12 * MIB);
        fleet.stopWorker(THERE);
        fleet.startWorker(THERE, "127.0.0.12");
        awaitArrived(fleet, vm, id, 30 * MIB);
        fleet.stopWorker(HERE);
        fleet.startWorker(HERE, "127.0.0.11");
        ReplicatedDisk data = Copies.replicated(completed(fleet, id), Guests.DATA);
        assertThat(data.savedBytes()).isGreaterThan(20 * MIB);
        assertThat(data.wireBytes()).isLessThan(60 * MIB);
    }

    private static void awaitArrived(Fleet fleet, VmDefinition vm, MigrationId id, long bytes) {
        var images = TestImageStores.of(fleet.images(THERE));
        String image = vm.disks().stream()
                .filter(disk -> disk.id().equals(Guests.DATA))
                .findFirst()
                .orElseThrow()
                .image();
        await().atMost(LIMIT).pollInterval(Duration.ofMillis(100)).until(() -> {
            MigrationDetail detail = fleet.detail(id);
            assertThat(detail.migration().state()).as("%s", detail).isLessThanOrEqualTo(MigrationState.REPLICATING);
            return images.exists(image) && images.allocatedBytes(image) >= bytes;
        });
    }

    private static void comeBack(Fleet fleet) throws Exception {
        fleet.stopWorker(HERE);
        fleet.stopWorker(THERE);
        fleet.linkBytesPerSecond(125_000_000);
        start(fleet);
        ReplicatedDisk data = Copies.replicated(completed(fleet, fleet.submit(VM, THERE, HERE, "hybrid")), Guests.DATA);
        assertThat(data.savedBytes()).isGreaterThan(55 * MIB);
        assertThat(data.wireBytes()).isLessThan(12 * MIB);
    }

    private static MigrationDetail completed(Fleet fleet, MigrationId id) throws Exception {
        MigrationDetail end = fleet.awaitEnd(id, LIMIT);
        assertThat(end.migration().state()).as("%s", end).isEqualTo(MigrationState.COMPLETED);
        Copies.assertSame(end, Guests.DATA);
        return end;
    }
}
