package io.drover.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.messages.DiskId;
import io.drover.messages.HostId;
import io.drover.messages.MigrationState;
import io.drover.messages.VmDefinition;
import io.drover.messages.VmId;
import io.drover.messages.evidence.ComparedImages;
import io.drover.messages.evidence.CopiedImages;
import io.drover.messages.evidence.CopiedImages.CopiedImage;
import io.drover.messages.evidence.MigratedMemory;
import io.drover.schema.record.VmRecord.Power;
import io.drover.schema.scheduler.SchedulerStore.MigrationDetail;
import io.drover.schema.scheduler.SchedulerStore.Step;
import io.drover.testbed.evidence.ConsoleRecorder;
import io.drover.testbed.guest.Checkout;
import io.drover.testbed.guest.GuestSize;
import io.drover.testbed.guest.Guests;
import io.drover.testbed.guest.ImageCheck;
import io.drover.testbed.guest.Manifest;
import io.drover.testbed.guest.WitnessLoad;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A VM that is stopped goes there and back, stays stopped and sparse, and then boots with all it had. */
final class IdleMigrationIT {
    private static final HostId HERE = new HostId("host1");
    private static final HostId THERE = new HostId("host2");
    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final VmId VM = new VmId(UUID.fromString("0d3c6ee5-4a7e-4d55-8f5b-0e6f4c1c7a02"));
    private static final GuestSize SIZE = GuestSize.SMALL;

    @Test
    void aStoppedVmGoesThereAndBackAndBoots(@TempDir Path scratch) throws Exception {
        Guests guests = Guests.prepare(Checkout.find());
        VmDefinition vm = guests.define(VM, "web2", SIZE, WitnessLoad.SMALL);
        try (var fleet = new Fleet()) {
            fleet.prepare(HERE);
            fleet.prepare(THERE);
            fleet.startWorker(HERE, "127.0.0.11");
            fleet.startWorker(THERE, "127.0.0.12");
            Manifest manifest = guests.createImages(vm, SIZE, fleet.images(HERE));
            Path swap = Guests.imageOf(vm, Guests.SWAP, fleet.images(HERE));
            fillSomeOf(swap);
            var before = Contents.of(vm, fleet.images(HERE));
            fleet.define(vm, HERE);

            MigrationDetail there = migrate(fleet, HERE, THERE);
            assertThat(copied(there, Guests.DATA).savedBytes()).isZero();
            before.assertSame(vm, fleet.images(THERE));
            MigrationDetail back = migrate(fleet, THERE, HERE);
            for (DiskId disk : List.of(Guests.DATA, Guests.SWAP)) {
                // The copy it left here is what it still is: only frames that say where zeros are.
                assertThat(copied(back, disk).savedBytes())
                        .isEqualTo(copied(back, disk).bytesDone());
                assertThat(copied(back, disk).wireBytes()).isLessThan(64 << 10);
            }
            before.assertSame(vm, fleet.images(HERE));

            assertBootsAndStops(fleet, vm);
            Path data = Guests.imageOf(vm, Guests.DATA, fleet.images(HERE));
            assertThat(ImageCheck.of(data, manifest, scratch).problems()).isEmpty();
        }
    }

    /** Behind what a swap header takes, scattered, so that most of it stays a hole. */
    private static void fillSomeOf(Path swap) throws Exception {
        var random = new Random(5);
        var block = new byte[12 << 10];
        try (var channel = FileChannel.open(swap, StandardOpenOption.WRITE)) {
            for (long at = 1 << 20; at < 100 << 20; at += 3 << 20) {
                random.nextBytes(block);
                channel.write(ByteBuffer.wrap(block), at);
            }
            channel.force(true);
        }
    }

    private static MigrationDetail migrate(Fleet fleet, HostId source, HostId destination) throws Exception {
        MigrationDetail detail = fleet.awaitEnd(fleet.submit(VM, source, destination, "pre-copy"), LIMIT);
        assertThat(detail.migration().state()).as(detail.migration().reason()).isEqualTo(MigrationState.COMPLETED);
        assertThat(detail.steps())
                .extracting(Step::name)
                .contains(CopiedImages.STEP, ComparedImages.STEP)
                .doesNotContain(MigratedMemory.STEP);
        assertThat(fleet.store().vm(VM).orElseThrow().power()).isEqualTo(Power.STOPPED);
        assertThat(fleet.hypervisor(source).alive()).isEmpty();
        assertThat(fleet.hypervisor(destination).alive()).isEmpty();
        return detail;
    }

    private static CopiedImage copied(MigrationDetail detail, DiskId disk) {
        var disks = detail.evidence(CopiedImages.class).orElseThrow().disks();
        return Objects.requireNonNull(disks.get(disk));
    }

    private static void assertBootsAndStops(Fleet fleet, VmDefinition vm) throws Exception {
        try (var recorder = ConsoleRecorder.start("web2", fleet.console(HERE, VM), fleet.clock())) {
            fleet.store().wantPower(VM, Power.RUNNING);
            assertThat(recorder.awaitHeartbeat(20, LIMIT)).isTrue();
            fleet.store().wantPower(VM, Power.STOPPED);
            assertThat(fleet.awaitPower(VM, Power.STOPPED, LIMIT)).isTrue();
        }
        assertThat(fleet.hypervisor(HERE).alive()).isEmpty();
        assertThat(vm.disks())
                .allSatisfy(disk ->
                        assertThat(fleet.images(THERE).resolve(disk.image())).doesNotExist());
    }

    /** What the images hold and what they take on the disk. */
    private record Contents(Path data, Path swap, long dataAllocated, long swapAllocated) {
        static Contents of(VmDefinition vm, Path images) throws Exception {
            Path data = copy(vm, Guests.DATA, images);
            Path swap = copy(vm, Guests.SWAP, images);
            return new Contents(
                    data,
                    swap,
                    blocks(Guests.imageOf(vm, Guests.DATA, images)),
                    blocks(Guests.imageOf(vm, Guests.SWAP, images)));
        }

        private static Path copy(VmDefinition vm, DiskId disk, Path images) throws Exception {
            // A second name of the same file: retiring renames it and changes nothing in it.
            Path kept = images.resolveSibling(disk + ".kept");
            return Files.createLink(kept, Guests.imageOf(vm, disk, images));
        }

        private static long blocks(Path image) throws Exception {
            Process du = new ProcessBuilder("du", "--block-size=1", image.toString()).start();
            String said = new String(du.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return Long.parseLong(said.substring(0, said.indexOf('\t')));
        }

        void assertSame(VmDefinition vm, Path images) throws Exception {
            assertThat(Files.mismatch(data, Guests.imageOf(vm, Guests.DATA, images)))
                    .isEqualTo(-1);
            assertThat(Files.mismatch(swap, Guests.imageOf(vm, Guests.SWAP, images)))
                    .isEqualTo(-1);
            assertThat(blocks(Guests.imageOf(vm, Guests.DATA, images))).isLessThanOrEqualTo(dataAllocated + (1 << 20));
            assertThat(blocks(Guests.imageOf(vm, Guests.SWAP, images))).isLessThanOrEqualTo(swapAllocated + (1 << 20));
        }
    }
}
