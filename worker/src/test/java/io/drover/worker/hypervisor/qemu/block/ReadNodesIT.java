package io.drover.worker.hypervisor.qemu.block;

import static io.drover.worker.hypervisor.qemu.QemuLab.DATA;
import static io.drover.worker.hypervisor.qemu.QemuLab.DATA_BYTES;
import static io.drover.worker.hypervisor.qemu.QemuLab.SWAP_BYTES;
import static org.assertj.core.api.Assertions.assertThat;

import io.drover.messages.DiskDefinition;
import io.drover.messages.DiskRole;
import io.drover.messages.ImageFormat;
import io.drover.messages.MigrationId;
import io.drover.messages.NetworkCards;
import io.drover.messages.VmDefinition;
import io.drover.worker.hypervisor.SourceVm;
import io.drover.worker.hypervisor.SourceVm.SourceDisk;
import io.drover.worker.hypervisor.qemu.QemuLab;
import io.drover.worker.replication.DiskChanges;
import io.drover.worker.replication.Extent;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * How the disks of a VM with an iothread are read, by a QEMU that would abort otherwise. {@code TwentyMigrationsIT} moves a
 * guest whose disks really live in one.
 */
final class ReadNodesIT {
    @TempDir
    private Path folder;

    private final MigrationId migration = new MigrationId(UUID.randomUUID());
    private QemuLab lab;
    private VmDefinition guest;
    private SourceVm vm;

    @BeforeEach
    void begin() throws Exception {
        lab = new QemuLab(folder);
        guest = lab.idleGuest(DATA_BYTES, SWAP_BYTES);
        vm = lab.startSource(guest);
        addIothread();
    }

    private void addIothread() throws Exception {
        String version = lab.repair("a", guest.id(), "query-version", Map.of());
        Assumptions.assumeTrue(
                version.matches(".*\"major\":[0-8]\\b.*"), "this QEMU exports from iothreads: " + version);
        lab.repair("a", guest.id(), "object-add", Map.of("qom-type", "iothread", "id", "io0"));
    }

    @AfterEach
    void end() throws Exception {
        vm.close();
        lab.close();
    }

    @Test
    void aRawDiskIsReadThroughANodeInTheMainThread() throws Exception {
        lab.write("a", guest.id(), DATA, 1, 1 << 20, 4096);
        SourceDisk disk = Objects.requireNonNull(vm.openDisks(migration).get(DATA));
        lab.write("a", guest.id(), DATA, 2, 2 << 20, 4096);

        assertThat(lab.repair("a", guest.id(), "query-block-exports", Map.of()))
                .contains("\"node-name\":\"read.0\"", "\"node-name\":\"read.1\"")
                .doesNotContain("\"node-name\":\"data\"");
        assertThat(read(disk, new Extent(1 << 20, 4096))).containsOnly(1);
        DiskChanges.Round round = disk.changes().freeze();
        assertThat(round.blocks().extents()).containsExactly(new Extent(2 << 20, 4096));
        assertThat(read(disk, new Extent(2 << 20, 4096))).containsOnly(2);
        round.durable();
        assertThat(vm.foreignParts(migration, SourceVm.Parts.ALL)).isEmpty();

        vm.closeDisks(migration);
        assertThat(lab.repair("a", guest.id(), "query-named-block-nodes", Map.of("flat", true)))
                .doesNotContain("\"read.", "\"read-file.");
    }

    private static List<Integer> read(SourceDisk disk, Extent extent) throws Exception {
        List<Integer> content = new ArrayList<>();
        disk.source().read(List.of(extent), 4096, (_, bytes) -> {
            ByteBuffer copy = bytes.duplicate();
            while (copy.hasRemaining()) {
                content.add((int) copy.get());
            }
        });
        assertThat(content).hasSize((int) extent.length());
        return content;
    }

    @Test
    void anotherFormatIsRefusedByName() throws Exception {
        var disks = List.of(
                new DiskDefinition(DATA, DiskRole.DATA, "data.qcow2", ImageFormat.QCOW2, null),
                guest.disks().getLast());
        vm.quit();
        vm.close();
        Process convert = new ProcessBuilder("qemu-img", "convert", "-O", "qcow2", "data.raw", "data.qcow2")
                .directory(lab.images("a").toFile())
                .inheritIO()
                .start();
        assertThat(convert.waitFor()).isZero();
        vm = lab.startSource(new VmDefinition(
                guest.id(),
                "guest",
                1,
                guest.memoryBytes(),
                guest.machine(),
                guest.cpuModel(),
                NetworkCards.plain(1),
                null,
                disks));
        addIothread();

        List<String> found = vm.foreignParts(migration, SourceVm.Parts.ALL);

        assertThat(found)
                .singleElement()
                .asString()
                .startsWith("disk data: the VM has iothread io0")
                .contains("stop the VM and move it then");
    }
}
