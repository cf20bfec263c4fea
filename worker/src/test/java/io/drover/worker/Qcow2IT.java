package io.drover.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.messages.BackingImage;
import io.drover.messages.DiskDefinition;
import io.drover.messages.DiskId;
import io.drover.messages.DiskRole;
import io.drover.messages.HostId;
import io.drover.messages.ImageFormat;
import io.drover.messages.ImageName;
import io.drover.messages.MigrationId;
import io.drover.messages.MigrationState;
import io.drover.messages.VmDefinition;
import io.drover.messages.VmId;
import io.drover.messages.evidence.PreparedDestination;
import io.drover.messages.evidence.ReplicatedDisks.ReplicatedDisk;
import io.drover.messages.json.DroverJson;
import io.drover.schema.record.VmRecord.Power;
import io.drover.schema.scheduler.SchedulerStore.MigrationDetail;
import io.drover.testbed.guest.Checkout;
import io.drover.testbed.guest.GuestSize;
import io.drover.testbed.guest.Guests;
import io.drover.testbed.guest.WitnessLoad;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** A guest on qcow2 images, one of them over a base, and on a raw one that has its content in common with the base. */
final class Qcow2IT {
    private static final HostId HERE = new HostId("host1");
    private static final HostId THERE = new HostId("host2");
    private static final VmId VM = new VmId(UUID.fromString("5f6f3f0e-2f7c-4a37-9a61-0d4c2b7e9b01"));
    private static final GuestSize SIZE = new GuestSize(96, 64, 30, 16);
    private static final WitnessLoad LOAD = new WitnessLoad(20, 5, 4, 10, 10, 0);
    private static final Duration LIMIT = Duration.ofMinutes(4);
    private static final long MIB = 1 << 20;
    private static final int PIECE = 2 << 20;
    private static final DiskId EXTRA = new DiskId("extra");
    private static final ImageName BASE = new ImageName("debian.raw");

    @Test
    void qcow2StaysQcow2AndWhatABaseHoldsIsNotSent() throws Exception {
        Guests guests = Guests.prepare(Checkout.find());
        VmDefinition raw = guests.define(VM, "web1", SIZE, LOAD);
        VmDefinition vm = layered(raw);
        try (var fleet = new Fleet()) {
            fleet.prepare(HERE);
            fleet.prepare(THERE);
            guests.createImages(raw, SIZE, fleet.images(HERE));
            layer(vm, raw, fleet.images(HERE));
            fleet.startWorker(HERE, "127.0.0.11");
            fleet.startWorker(THERE, "127.0.0.12");
            fleet.defineAndStart(vm, HERE);
            assertThat(fleet.awaitPower(VM, Power.RUNNING, LIMIT)).isTrue();
            Path copy = fleet.images(THERE).resolve(BASE.value());
            refuse(fleet, copy);
            Files.delete(copy);
            move(fleet, vm);
            assertThat(Files.mismatch(fleet.images(HERE).resolve(BASE.value()), copy))
                    .isEqualTo(-1);
            comeBack(fleet, vm);
        }
    }

    private static VmDefinition layered(VmDefinition made) {
        var data = new DiskDefinition(
                Guests.DATA, DiskRole.DATA, "web1-data.qcow2", ImageFormat.QCOW2, new BackingImage(BASE, null));
        var swap = new DiskDefinition(Guests.SWAP, DiskRole.SWAP, "web1-swap.qcow2", ImageFormat.QCOW2, null);
        return new VmDefinition(
                made.id(),
                made.name(),
                made.vcpus(),
                made.memoryBytes(),
                made.machine(),
                made.cpuModel(),
                made.networkCards(),
                made.boot(),
                List.of(data, swap, new DiskDefinition(EXTRA, DiskRole.DATA, "web1-extra.raw")));
    }

    private static void layer(VmDefinition layered, VmDefinition raw, Path images) throws Exception {
        Path data = Guests.imageOf(layered, Guests.DATA, images);
        byte[] disk = Files.readAllBytes(Guests.imageOf(raw, Guests.DATA, images));
        int content = piece(disk, false);
        int zeros = piece(disk, true);
        Path changed = images.resolve("changed");
        Files.write(changed, Arrays.copyOfRange(disk, content, content + PIECE));
        // The top layer differs from the base in content, and has zeros where the base has content.
        Arrays.fill(disk, content, content + PIECE, (byte) 0x55);
        Arrays.fill(disk, zeros, zeros + PIECE, (byte) 0xaa);
        Files.write(images.resolve(BASE.value()), disk);
        run("qemu-img", "create", "-q", "-f", "qcow2", "-b", BASE.value(), "-F", "raw", data.toString());
        String write = "write -s " + changed + " " + content + " " + PIECE;
        run("qemu-io", "-f", "qcow2", "-c", write, "-c", "write -z " + zeros + " " + PIECE, data.toString());
        Files.delete(changed);
        Path swap = Guests.imageOf(layered, Guests.SWAP, images);
        Path plain = Guests.imageOf(raw, Guests.SWAP, images);
        run("qemu-img", "convert", "-q", "-f", "raw", "-O", "qcow2", plain.toString(), swap.toString());
        Files.move(Guests.imageOf(raw, Guests.DATA, images), Guests.imageOf(layered, EXTRA, images));
    }

    /** Where a piece of the disk begins that is all zeros, or has none of it in any of its clusters. */
    private static int piece(byte[] disk, boolean zeros) {
        byte[] none = new byte[64 << 10];
        for (int at = 0; at + PIECE <= disk.length; at += PIECE) {
            boolean fits = true;
            for (int cluster = at; cluster < at + PIECE; cluster += none.length) {
                fits &= zeros == Arrays.equals(disk, cluster, cluster + none.length, none, 0, none.length);
            }
            if (fits) {
                return at;
            }
        }
        throw new IllegalStateException("the disk has no such piece");
    }

    private static void refuse(Fleet fleet, Path otherBase) throws Exception {
        MigrationDetail pulled = fleet.awaitEnd(fleet.submit(VM, HERE, THERE, "hybrid"), LIMIT);
        assertThat(pulled.migration().state()).as("%s", pulled).isEqualTo(MigrationState.REJECTED);
        Files.write(otherBase, new byte[] {1});
        MigrationDetail other = fleet.awaitEnd(fleet.submit(VM, HERE, THERE, "pre-copy"), LIMIT);
        assertThat(other.migration().state()).as("%s", other).isIn(MigrationState.REJECTED, MigrationState.ROLLED_BACK);
        assertThat(other.migration().reason()).contains("base: image " + BASE + " on this host is another one");
        assertThat(otherBase).hasBinaryContent(new byte[] {1});
    }

    private static void move(Fleet fleet, VmDefinition vm) throws Exception {
        var bases = List.of(new ImageName("missing.raw"), BASE);
        MigrationDetail end = completed(fleet, fleet.submit(VM, HERE, THERE, "pre-copy", bases));
        ReplicatedDisk data = Copies.replicated(end, Guests.DATA);
        assertThat(data.bytesDone()).isBetween(2L * PIECE, 20 * MIB);
        assertThat(data.wireBytes()).isLessThan(16 * MIB);
        var prepared = end.evidence(PreparedDestination.class).orElseThrow();
        assertThat(Objects.requireNonNull(prepared.baseBytes()).get(BASE)).isPositive();
        assertThat(Copies.replicated(end, new DiskId("extra")).savedBytes()).isGreaterThan(20 * MIB);
        Path arrived = Guests.imageOf(vm, Guests.DATA, fleet.images(THERE));
        assertThat(info(arrived).path("format").asString()).isEqualTo("qcow2");
        assertThat(info(arrived).path("backing-filename").asString()).isEqualTo(BASE.value());
        assertThat(info(arrived).path("actual-size").asLong()).isLessThan(24 * MIB);
    }

    /** Nobody holds the copies that are left behind, so they can be looked at. */
    private static void comeBack(Fleet fleet, VmDefinition vm) throws Exception {
        MigrationId id = fleet.submit(VM, THERE, HERE, "auto");
        completed(fleet, id);
        for (DiskDefinition disk : vm.disks().subList(0, 2)) {
            Path left = fleet.images(THERE).resolve(disk.image() + ".retired-" + id);
            run("qemu-img", "check", "-q", "-f", "qcow2", left.toString());
        }
    }

    private static MigrationDetail completed(Fleet fleet, MigrationId id) throws Exception {
        MigrationDetail end = fleet.awaitEnd(id, LIMIT);
        assertThat(end.migration().state()).as("%s", end).isEqualTo(MigrationState.COMPLETED);
        Copies.assertSame(end, Guests.DATA, Guests.SWAP, new DiskId("extra"));
        return end;
    }

    /** Of an image that a VM may hold. */
    private static JsonNode info(Path image) throws Exception {
        return DroverJson.mapper().readTree(run("qemu-img", "info", "-U", "--output=json", image.toString()));
    }

    private static String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(new ArrayList<>(List.of(command)))
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(output).isZero();
        return output;
    }
}
