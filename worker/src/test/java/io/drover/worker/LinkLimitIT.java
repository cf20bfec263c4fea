package io.drover.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Percentage.withPercentage;
import static org.awaitility.Awaitility.await;

import io.drover.messages.HostId;
import io.drover.messages.MigrationId;
import io.drover.messages.MigrationState;
import io.drover.messages.VmDefinition;
import io.drover.messages.VmId;
import io.drover.messages.evidence.SentRest;
import io.drover.schema.record.VmRecord.Power;
import io.drover.schema.scheduler.SchedulerStore.MigrationDetail;
import io.drover.schema.scheduler.SchedulerStore.MigrationView;
import io.drover.testbed.guest.Checkout;
import io.drover.testbed.guest.GuestSize;
import io.drover.testbed.guest.Guests;
import io.drover.testbed.guest.WitnessLoad;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** A real guest moves by {@code auto} under a limit that an operator changes on the way, and slows it down. */
final class LinkLimitIT {
    private static final HostId SOURCE = new HostId("host1");
    private static final HostId DESTINATION = new HostId("host2");
    private static final Duration LIMIT = Duration.ofMinutes(4);
    private static final VmId VM = new VmId(UUID.fromString("5f6f3f0e-2f7c-4a37-9a61-0d4c2b7e9a02"));
    private static final long SLOW = 1_500_000;
    private static final long FAST = 8_000_000;

    /** Of a virtio disk QEMU throttles the inner device. */
    private static final String THROTTLE = "block_set_io_throttle /machine/peripheral/disk.data/virtio-backend ";

    /** So much that it lasts for a few seconds at each rate. */
    private static final GuestSize SIZE = new GuestSize(96, 128, 60, 128);

    /** A busy machine alone must not slow the copy down. */
    private static final Map<String, String> PATIENT = Map.of("migration.guest_latency_ms", "100");

    @Test
    void aMigrationUnderWayFollowsTheLimit() throws Exception {
        Guests guests = Guests.prepare(Checkout.find());
        VmDefinition vm = guests.define(VM, "web1", SIZE, WitnessLoad.SMALL);
        try (var fleet = new Fleet()) {
            for (HostId host : List.of(SOURCE, DESTINATION)) {
                fleet.prepare(host);
            }
            fleet.startWorker(SOURCE, "127.0.0.13", PATIENT);
            fleet.startWorker(DESTINATION, "127.0.0.14");
            assertThat(fleet.store().limitLink(SOURCE, SLOW, "test")).isTrue();
            // A worker that starts again finds the limit.
            fleet.stopWorker(SOURCE);
            fleet.startWorker(SOURCE, "127.0.0.13", PATIENT);
            var _ = guests.createImages(vm, SIZE, fleet.images(SOURCE));
            fleet.defineAndStart(vm, SOURCE);
            assertThat(fleet.awaitPower(VM, Power.RUNNING, LIMIT)).isTrue();

            theBulkMakesRoomForASlowGuest(fleet);

            MigrationId id = fleet.submit(VM, SOURCE, DESTINATION, "auto");
            await().atMost(LIMIT).until(() -> view(fleet, id).bytesDone() > 4 * SLOW);
            assertThat(view(fleet, id).bytesPerSecond()).isBetween(0.1 * SLOW, 1.3 * SLOW);
            assertThat(view(fleet, id).timeToFinish()).isNotNull();
            assertThat(fleet.store().limitLink(SOURCE, FAST, "test")).isTrue();
            await().atMost(LIMIT)
                    .until(() -> view(fleet, id).bytesPerSecond() > 2.0 * SLOW
                            || view(fleet, id).state().terminal());
            assertThat(view(fleet, id).state().terminal())
                    .as("it was seen at the higher rate")
                    .isFalse();

            MigrationDetail end = fleet.awaitEnd(id, LIMIT);
            assertThat(end.migration().state()).as("%s", end).isEqualTo(MigrationState.COMPLETED);
            assertPredicted(fleet, end);
        }
    }

    private static MigrationView view(Fleet fleet, MigrationId id) {
        return fleet.detail(id).migration();
    }

    /**
     * Two requests a second are far fewer than the guest wants: each waits its turn. They are allowed again when the
     * copy has been called off, since QEMU ends a throttle only once all that is being read has been taken.
     */
    private static void theBulkMakesRoomForASlowGuest(Fleet fleet) throws Exception {
        MigrationId id = fleet.submit(VM, SOURCE, DESTINATION, "auto");
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(view(fleet, id))
                        .matches(view -> view.bytesPerSecond() > 0.7 * SLOW, "is at its rate"));
        fleet.tellQemu(SOURCE, VM, THROTTLE + "0 0 0 2 0 0");
        await().atMost(LIMIT).until(() -> view(fleet, id).bytesPerSecond() < 0.4 * SLOW);
        assertThat(view(fleet, id).state()).isEqualTo(MigrationState.REPLICATING);
        fleet.store().requestCancel(id, "test");
        MigrationDetail end = fleet.awaitEnd(id, LIMIT);
        assertThat(end.migration().state()).as("%s", end).isEqualTo(MigrationState.CANCELLED);
        fleet.tellQemu(SOURCE, VM, THROTTLE + "0 0 0 0 0 0");
    }

    private static void assertPredicted(Fleet fleet, MigrationDetail end) throws Exception {
        var evidence = end.evidence(SentRest.class).orElseThrow();
        var disk = Objects.requireNonNull(evidence.algorithms().get(Guests.DATA));
        assertThat(disk.chosen()).as("%s", evidence).isIn("pre-copy", "stop-and-copy", "mirror");
        assertThat(disk.considered()).containsKeys("pre-copy", "stop-and-copy", "qemu-mirror");
        // A quarter of 128 MiB, half of which the cancelled copy left at the destination, stands for the rest to 15 %.
        long outcome = Objects.requireNonNull(disk.outcome()).wireBytes();
        assertThat(Objects.requireNonNull(disk.predicted()).wireBytes()).isCloseTo(outcome, withPercentage(60));
        assertThat(fleet.query("SELECT disk || ' ' || algorithm FROM drover_api.predictions ORDER BY disk"))
                .hasSize(2)
                .first()
                .asString()
                .startsWith("data ");
    }
}
