package io.drover.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.drover.messages.HostId;
import io.drover.messages.MigrationId;
import io.drover.messages.MigrationState;
import io.drover.messages.VmDefinition;
import io.drover.messages.VmId;
import io.drover.messages.evidence.VerifiedCopy;
import io.drover.schema.record.VmRecord.Power;
import io.drover.schema.scheduler.SchedulerStore.HostRow;
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
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A real guest that writes without pause is migrated there and back twenty times between two workers. The heartbeats of
 * all its consoles prove that exactly one runner was there at any time and that it noticed no wrong block or page. On one of
 * the hosts its disks live in an iothread, which no guest can see.
 */
final class TwentyMigrationsIT {
    private static final Logger LOG = LoggerFactory.getLogger(TwentyMigrationsIT.class);
    private static final int MIGRATIONS = Integer.getInteger("drover.migrations", 20);
    private static final List<HostId> HOSTS = List.of(new HostId("host1"), new HostId("host2"));
    private static final Duration BOOT_LIMIT = Duration.ofMinutes(3);
    private static final Duration MIGRATION_LIMIT = Duration.ofMinutes(3);
    /**
     * A pause of ten seconds would still be a live migration of a guest on a busy emulator; the rate is what it sends.
     */
    private static final HeartbeatLimits LIMITS =
            new HeartbeatLimits(5, Duration.ofSeconds(30).toNanos());

    private static final VmId VM = new VmId(UUID.fromString("5f6f3f0e-2f7c-4a37-9a61-0d4c2b7e9a01"));
    private static final GuestSize SIZE = GuestSize.SMALL;

    private final List<ConsoleRecorder> recorders = new ArrayList<>();

    @Test
    void aWritingGuestMovesTwentyTimes(@TempDir Path scratch) throws Exception {
        Guests guests = Guests.prepare(Checkout.find());
        VmDefinition vm = guests.define(VM, "web1", SIZE, WitnessLoad.SMALL);
        try (var fleet = new Fleet()) {
            for (HostId host : HOSTS) {
                fleet.prepare(host);
            }
            fleet.startWorker(
                    HOSTS.get(0),
                    "127.0.0.11",
                    Map.of("qemu.binary", withIothread(scratch).toString()));
            fleet.startWorker(HOSTS.get(1), "127.0.0.12");
            Manifest manifest = guests.createImages(vm, SIZE, fleet.images(HOSTS.getFirst()));
            boot(fleet, vm);
            for (int i = 0; i < MIGRATIONS; i++) {
                migrate(fleet, i);
            }
            assertOneRunnerThroughout();
            assertNothingLeftBehind(fleet, vm);
            assertDiskIsWhole(fleet, vm, manifest, scratch);
        } finally {
            recorders.forEach(ConsoleRecorder::close);
        }
    }

    /** A QEMU whose disks live in an iothread, as those of guests that others have defined often do. */
    private static Path withIothread(Path scratch) throws Exception {
        String script = """
                #!/bin/bash
                for argument; do
                    case $argument in
                        virtio-blk-pci,* | virtio-scsi-pci,*) argument+=,iothread=io0 ;;
                    esac
                    arguments+=("$argument")
                done
                exec qemu-system-x86_64 -object iothread,id=io0 "${arguments[@]}"
                """;
        Path program = Files.writeString(scratch.resolve("qemu"), script);
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
        return program;
    }

    private void boot(Fleet fleet, VmDefinition vm) throws Exception {
        record(fleet, HOSTS.getFirst());
        fleet.defineAndStart(vm, HOSTS.getFirst());
        assertThat(fleet.awaitPower(VM, Power.RUNNING, BOOT_LIMIT)).isTrue();
        assertThat(recorders.getFirst().awaitHeartbeat(30, BOOT_LIMIT)).isTrue();
    }

    private void record(Fleet fleet, HostId host) {
        String name = host + " (" + recorders.size() + ")";
        recorders.add(ConsoleRecorder.start(name, fleet.console(host, VM), fleet.clock()));
    }

    private void migrate(Fleet fleet, int number) throws Exception {
        HostId source = HOSTS.get(number % 2);
        HostId destination = HOSTS.get(1 - number % 2);
        record(fleet, destination);
        Duration began = fleet.clock().elapsed();
        MigrationId id = fleet.submit(VM, source, destination, "pre-copy");
        MigrationDetail end = fleet.awaitEnd(id, MIGRATION_LIMIT);
        assertThat(end.migration().state()).as("migration %d: %s", number, end).isEqualTo(MigrationState.COMPLETED);
        Duration took = fleet.clock().elapsed().minus(began);
        LOG.info("migration {} to {} took {} ms", number + 1, destination, took.toMillis());
        assertCopyWasCompared(end);
        long arrived =
                recorders.getLast().lastHeartbeat().map(beat -> beat.number()).orElse(0L);
        assertThat(recorders.getLast().awaitHeartbeat(arrived + 10, BOOT_LIMIT)).isTrue();
    }

    private static void assertCopyWasCompared(MigrationDetail end) {
        assertThat(end.evidence(VerifiedCopy.class).orElseThrow().disks()).containsOnlyKeys(Guests.DATA, Guests.SWAP);
        Copies.assertSame(end, Guests.DATA, Guests.SWAP);
    }

    private void assertOneRunnerThroughout() {
        var evidence = HeartbeatEvidence.of(
                "web1",
                LIMITS,
                recorders.stream().map(ConsoleRecorder::recording).toList());
        HeartbeatVerdict verdict = evidence.verdict();
        verdict.handovers().forEach(handover -> LOG.info("{}", handover));
        assertThat(verdict.problems()).isEmpty();
        assertThat(verdict.handovers()).hasSize(MIGRATIONS);
        assertThat(verdict.errors()).isZero();
        assertThat(verdict.blocksVerified()).isPositive();
        assertThat(verdict.pagesVerified()).isPositive();
        assertThat(evidence.holds()).isTrue();
    }

    private static void assertNothingLeftBehind(Fleet fleet, VmDefinition vm) throws Exception {
        HostId owner = fleet.store().vm(VM).orElseThrow().owner();
        HostId other = owner.equals(HOSTS.getFirst()) ? HOSTS.getLast() : HOSTS.getFirst();
        assertThat(fleet.store().migrations(true, 10)).isEmpty();
        assertThat(fleet.store().hosts())
                .extracting(HostRow::reservedMemoryBytes, HostRow::reservedImageBytes)
                .containsOnly(Tuple.tuple(0L, 0L));
        assertThat(fleet.hypervisor(owner).alive()).containsExactly(VM);
        assertThat(fleet.hypervisor(other).alive()).isEmpty();
        // Retired copies are kept on purpose; everything else must be gone.
        assertThat(files(fleet.images(other))).allMatch(name -> name.contains(".retired-"));
        assertThat(files(fleet.images(owner)))
                .filteredOn(name -> !name.contains(".retired-"))
                .containsExactlyInAnyOrderElementsOf(
                        vm.disks().stream().map(disk -> disk.image()).toList());
        for (HostId host : HOSTS) {
            // The destination tidies up when it next looks and finds the migration over.
            await().atMost(BOOT_LIMIT)
                    .untilAsserted(() -> assertThat(files(fleet.state(host).resolve("arrivals")))
                            .isEmpty());
        }
    }

    private static void assertDiskIsWhole(Fleet fleet, VmDefinition vm, Manifest manifest, Path scratch)
            throws Exception {
        HostId owner = fleet.store().vm(VM).orElseThrow().owner();
        fleet.store().wantPower(VM, Power.STOPPED);
        assertThat(fleet.awaitPower(VM, Power.STOPPED, BOOT_LIMIT)).isTrue();
        Path image = Guests.imageOf(vm, Guests.DATA, fleet.images(owner));
        assertThat(ImageCheck.of(image, manifest, scratch).problems()).isEmpty();
        assertThat(fleet.hypervisor(owner).alive()).isEmpty();
    }

    private static List<String> files(Path folder) throws Exception {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> !name.startsWith("."))
                    .toList();
        }
    }
}
