package io.drover.worker.hypervisor.qemu.block;

import static io.drover.worker.hypervisor.qemu.QemuLab.DATA_BYTES;
import static io.drover.worker.hypervisor.qemu.QemuLab.SWAP_BYTES;
import static io.drover.worker.hypervisor.qemu.QemuLab.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.drover.messages.MigrationId;
import io.drover.messages.VmDefinition;
import io.drover.worker.hypervisor.SourceVm;
import io.drover.worker.hypervisor.qemu.QemuLab;
import io.drover.worker.hypervisor.qemu.process.ImageAccess;
import io.drover.worker.hypervisor.qemu.process.QemuCommandLine;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What anybody can do to a VM over its second monitor, told by name. */
@Tag("attack")
final class ForeignPartsIT {
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
    }

    @AfterEach
    void end() throws Exception {
        vm.close();
        lab.close();
    }

    private void tell(String command, Object... pairs) throws Exception {
        Map<String, Object> arguments = new HashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            arguments.put((String) pairs[i], pairs[i + 1]);
        }
        lab.repair("a", guest.id(), command, arguments);
    }

    private List<String> found() throws Exception {
        return vm.foreignParts(migration, SourceVm.Parts.ALL);
    }

    @Test
    @DisplayName("F3: an overlay above a disk, and the job that commits it, are told by name")
    void anOverlayAndItsJob() throws Exception {
        String overlay = folder.resolve("top.qcow2").toString();
        tell(
                "blockdev-snapshot-sync",
                "node-name",
                "data",
                "snapshot-file",
                overlay,
                "snapshot-node-name",
                "ovl",
                "format",
                "qcow2");
        assertThat(found())
                .anySatisfy(said -> assertThat(said)
                        .startsWith("disk data: node ovl (qcow2 in " + overlay)
                        .contains("lies above it"));

        tell("block-commit", "job-id", "somebodys", "device", "ovl", "auto-dismiss", false);
        assertThat(found()).anySatisfy(said -> assertThat(said).startsWith("job somebodys (commit) is "));
        await("the commit")
                .until(() -> lab.repair("a", guest.id(), "query-jobs", Map.of()).contains("\"ready\""));
        tell("job-complete", "id", "somebodys");
        await("its end")
                .until(() -> lab.repair("a", guest.id(), "query-jobs", Map.of()).contains("\"concluded\""));
        assertThat(found()).as("all is as it was").isEmpty();
    }

    @Test
    @DisplayName("F3: filters, nodes that read another place, and limits are told by name")
    void filtersNodesAndLimits() throws Exception {
        assertThat(found()).isEmpty();

        tell("object-add", "qom-type", "throttle-group", "id", "slow", "limits", Map.of("bps-total", 1 << 20));
        tell("blockdev-add", "driver", "throttle", "node-name", "thr", "throttle-group", "slow", "file", "file.0");
        tell(
                "blockdev-reopen",
                "options",
                List.of(Map.of("driver", "raw", "node-name", "data", "file", "thr", "detect-zeroes", "unmap")));
        assertThat(found()).anyMatch(said -> said.startsWith("block node thr (throttle"));
        tell(
                "blockdev-reopen",
                "options",
                List.of(QemuCommandLine.rawNode(guest.disks().getFirst(), "file.0", direct())));
        tell("blockdev-del", "node-name", "thr");
        assertThat(found()).isEmpty();

        // The disk's own node, but at another place of the file.
        tell(
                "blockdev-reopen",
                "options",
                List.of(Map.of(
                        "driver", "raw", "node-name", "swap", "file", "file.1", "offset", 0, "size", SWAP_BYTES)));
        assertThat(found()).anyMatch(said -> said.startsWith("disk swap: node swap reads "));
        tell(
                "blockdev-reopen",
                "options",
                List.of(QemuCommandLine.rawNode(guest.disks().get(1), "file.1", direct())));
        assertThat(found()).isEmpty();

        tell("block_set_io_throttle", limits(1 << 20));
        assertThat(found()).singleElement().asString().startsWith("disk data: its device has an I/O limit");
        tell("block_set_io_throttle", limits(0));
    }

    @Test
    @DisplayName("F3: exports, bitmaps and devices that are not Drover's are told by name, and devices that are gone")
    void exportsBitmapsAndDevices() throws Exception {
        // QEMU itself refuses a writable one: the device does not share its disk.
        tell("nbd-server-start", "addr", unixAddress());
        tell("block-export-add", "id", "theirs", "type", "nbd", "node-name", "data");
        assertThat(found()).singleElement().asString().startsWith("export theirs of node data is not Drover's");
        tell("block-export-del", "id", "theirs", "mode", "hard");
        await("its end").until(() -> found().isEmpty());
        tell("nbd-server-stop");

        tell("block-dirty-bitmap-add", "node", "data", "name", "backup");
        assertThat(found()).singleElement().asString().startsWith("disk data: bitmap backup ");
        tell("block-dirty-bitmap-remove", "node", "data", "name", "backup");

        tell("blockdev-add", "driver", "null-co", "node-name", "extra", "size", 1 << 20);
        tell("device_add", "driver", "scsi-hd", "id", "plugged", "bus", "scsi.0", "drive", "extra");
        assertThat(found())
                .anyMatch(said -> said.startsWith("block node extra (null-co"))
                .anyMatch(said -> said.startsWith("device plugged (scsi-hd) is not in the VM's definition"));
        tell("device_del", "id", "plugged");
        await("its end").until(() -> found().stream().noneMatch(said -> said.contains("plugged")));

        tell("device_del", "id", "disk.swap");
        // QEMU forgets the device first and lets go of its disk a moment later.
        await("its end")
                .until(() -> found().stream().anyMatch(said -> said.startsWith("disk swap: its device is gone")));
        assertThat(found()).anyMatch(said -> said.startsWith("device disk.swap of the VM's definition was unplugged"));
    }

    @Test
    @DisplayName("F3: what Drover itself adds for a move is no foreign part, and another move's is one")
    void whatDroverAddsItself() throws Exception {
        vm.openDisks(migration);
        assertThat(found()).isEmpty();
        var names = new BlockdevMirrorJob.Names(migration, 0);
        tell("blockdev-add", "driver", "null-co", "node-name", "sink", "size", DATA_BYTES);
        tell(
                "blockdev-mirror",
                "job-id",
                names.job(),
                "device",
                "data",
                "target",
                "sink",
                "sync",
                "full",
                "filter-node-name",
                names.filter());
        assertThat(found())
                .as("the job, its filter and its bitmap are this migration's")
                .singleElement()
                .asString()
                .startsWith("block node sink (null-co");
        assertThat(vm.foreignParts(new MigrationId(UUID.randomUUID()), SourceVm.Parts.DISKS))
                .anyMatch(said -> said.startsWith("job " + names.job()))
                .anyMatch(said -> said.startsWith("disk data: node " + names.filter()));
        tell("blockdev-add", "driver", "null-co", "node-name", "gateway.0.0123456789abcdef", "size", DATA_BYTES);
        assertThat(found()).anyMatch(said -> said.startsWith("block node gateway.0.0123456789abcdef (null-co"));
    }

    private Object[] limits(long bytesPerSecond) {
        return new Object[] {
            "id",
            "/machine/peripheral/disk.data/virtio-backend",
            "bps",
            bytesPerSecond,
            "bps_rd",
            0,
            "bps_wr",
            0,
            "iops",
            0,
            "iops_rd",
            0,
            "iops_wr",
            0
        };
    }

    private boolean direct() throws Exception {
        return ImageAccess.direct(lab.images("a").resolve("data.raw"));
    }

    private Map<String, Object> unixAddress() {
        return Map.of(
                "type", "unix", "data", Map.of("path", folder.resolve("n.sock").toString()));
    }
}
