package io.drover.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.messages.DiskId;
import io.drover.messages.HostId;
import io.drover.messages.MigrationId;
import io.drover.messages.MigrationState;
import io.drover.messages.MigrationTask;
import io.drover.messages.VmDefinition;
import io.drover.messages.VmId;
import io.drover.messages.evidence.PulledRest;
import io.drover.schema.record.VmRecord.Power;
import io.drover.schema.scheduler.SchedulerStore.MigrationDetail;
import io.drover.testbed.evidence.ConsoleRecorder;
import io.drover.testbed.evidence.HeartbeatEvidence;
import io.drover.testbed.evidence.HeartbeatLimits;
import io.drover.testbed.evidence.HeartbeatVerdict;
import io.drover.testbed.guest.Checkout;
import io.drover.testbed.guest.GuestSize;
import io.drover.testbed.guest.Guests;
import io.drover.testbed.guest.ImageCheck;
import io.drover.testbed.guest.Manifest;
import io.drover.testbed.guest.WitnessLoad;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A real guest that writes faster than its link carries: by {@code mirror} it goes over all the same, and with leave to
 * pull {@code auto} takes {@code hybrid} for it. Swap has another algorithm in the same migration. Takes four minutes,
 * so {@code ./dev faults} runs it and not the tests.
 */
@EnabledIfSystemProperty(named = "faults.rounds", matches = "\\d+")
final class HeavyWriterIT {
    private static final Logger LOG = LoggerFactory.getLogger(HeavyWriterIT.class);
    private static final HostId SOURCE = new HostId("host1");
    private static final HostId DESTINATION = new HostId("host2");
    private static final Duration LIMIT = Duration.ofMinutes(4);
    private static final VmId VM = new VmId(UUID.fromString("0b0c5a5e-7f0f-4d7c-93e3-5a0b2f1d7c11"));

    /** The data disk's bulk takes some seconds. */
    private static final Map<String, String> SETTINGS = Map.of("link.bytes_per_second", "8000000");

    /** Then it takes half a minute, and in it the guest writes to most of its region. */
    private static final long SLOW = 1_500_000;

    /** Under emulation some 900 of them a second, 3.5 MB; packed still more than the slow link carries. */
    private static final WitnessLoad LOAD = new WitnessLoad(30, 2000, 24, 8, 20, 0);

    @Test
    void goesByMirrorAndComesBackByAutoThatPulls(@TempDir Path scratch) throws Exception {
        Guests guests = Guests.prepare(Checkout.find());
        VmDefinition vm = guests.define(VM, "web3", GuestSize.SMALL, LOAD);
        try (var fleet = new Fleet(SETTINGS)) {
            fleet.prepare(SOURCE);
            fleet.startWorker(SOURCE, "127.0.0.13");
            fleet.prepare(DESTINATION);
            fleet.startWorker(DESTINATION, "127.0.0.14");
            Manifest manifest = guests.createImages(vm, GuestSize.SMALL, fleet.images(SOURCE));
            try (var before = ConsoleRecorder.start("source", fleet.console(SOURCE, VM), fleet.clock());
                    var after = ConsoleRecorder.start("destination", fleet.console(DESTINATION, VM), fleet.clock())) {
                fleet.defineAndStart(vm, SOURCE);
                assertThat(fleet.awaitPower(VM, Power.RUNNING, LIMIT)).isTrue();
                assertThat(before.awaitHeartbeat(60, LIMIT)).isTrue();
                MigrationDetail mirrored = moved(fleet, task(SOURCE, DESTINATION, "mirror", null));
                assertAlgorithms(mirrored, "mirror");
                long arrived = after.lastHeartbeat().map(beat -> beat.number()).orElse(0L);
                assertThat(after.awaitHeartbeat(arrived + 10, LIMIT)).isTrue();
                forgetRetired(fleet.images(SOURCE));
                assertThat(fleet.store().limitLink(DESTINATION, SLOW, "test")).isTrue();
                try (var back = ConsoleRecorder.start("back", fleet.console(SOURCE, VM), fleet.clock())) {
                    MigrationDetail pulled = moved(fleet, task(DESTINATION, SOURCE, "auto", true));
                    assertAlgorithms(pulled, "auto");
                    assertForetold(pulled);
                    assertOneRunner(before, after, back);
                }
            }
            fleet.store().wantPower(VM, Power.STOPPED);
            assertThat(fleet.awaitPower(VM, Power.STOPPED, LIMIT)).isTrue();
            Path image = Guests.imageOf(vm, Guests.DATA, fleet.images(SOURCE));
            assertThat(ImageCheck.of(image, manifest, scratch).problems()).isEmpty();
        }
    }

    /** With them the bulk would be over before the guest has shown how it writes. */
    private static void forgetRetired(Path images) throws IOException {
        try (Stream<Path> retired =
                Files.list(images).filter(image -> image.toString().contains(".retired-"))) {
            for (Path image : retired.toList()) {
                Files.delete(image);
            }
        }
    }

    private static MigrationDetail moved(Fleet fleet, MigrationTask task) throws Exception {
        MigrationDetail end = fleet.awaitEnd(fleet.submit(task), LIMIT);
        assertThat(end.migration().state()).as("%s", end).isEqualTo(MigrationState.COMPLETED);
        return end;
    }

    private static MigrationTask task(HostId from, HostId to, String algorithm, @Nullable Boolean allowPull) {
        var swap = Map.of(new DiskId("swap"), "pre-copy");
        var id = new MigrationId(UUID.randomUUID());
        return new MigrationTask(id, VM, from, to, algorithm, swap, null, "a test asked", allowPull, null, null);
    }

    private static void assertAlgorithms(MigrationDetail end, String data) {
        assertThat(Copies.replicated(end, Guests.SWAP).algorithm()).isEqualTo("pre-copy");
        assertThat(Copies.replicated(end, Guests.DATA).algorithm()).isEqualTo(data);
        Copies.assertSame(end, Guests.DATA);
    }

    private static void assertForetold(MigrationDetail end) {
        var disks = end.evidence(PulledRest.class).orElseThrow().disks();
        var data = Objects.requireNonNull(
                Objects.requireNonNull(disks.get(Guests.DATA)).algorithm());
        LOG.info("auto with leave to pull: {}", data);
        assertThat(data.chosen()).as("%s", data).isEqualTo("hybrid");
        assertThat(Objects.requireNonNull(data.outcome()).wireBytes()).isPositive();
    }

    private static void assertOneRunner(ConsoleRecorder before, ConsoleRecorder after, ConsoleRecorder back)
            throws Exception {
        long arrived = back.lastHeartbeat().map(beat -> beat.number()).orElse(0L);
        assertThat(back.awaitHeartbeat(arrived + 10, LIMIT)).isTrue();
        var limits = new HeartbeatLimits(1, LIMIT.toNanos());
        var evidence =
                HeartbeatEvidence.of("web3", limits, List.of(before.recording(), after.recording(), back.recording()));
        HeartbeatVerdict verdict = evidence.verdict();
        LOG.info("longest gap {} ms", verdict.longestGapNanos() / 1_000_000);
        assertThat(verdict.problems()).isEmpty();
        assertThat(verdict.handovers()).hasSize(2);
        assertThat(verdict.errors()).isZero();
        assertThat(verdict.blocksVerified()).isPositive();
        assertThat(evidence.holds()).isTrue();
    }
}
