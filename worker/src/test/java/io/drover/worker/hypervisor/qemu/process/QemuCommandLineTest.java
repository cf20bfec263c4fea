package io.drover.worker.hypervisor.qemu.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.messages.BackingImage;
import io.drover.messages.DirectBoot;
import io.drover.messages.DiskDefinition;
import io.drover.messages.DiskId;
import io.drover.messages.DiskRole;
import io.drover.messages.ImageFormat;
import io.drover.messages.ImageName;
import io.drover.messages.NetworkCards;
import io.drover.messages.VmDefinition;
import io.drover.messages.VmId;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class QemuCommandLineTest {
    private static final VmId VM = VmId.parse("7a0a4dbe-8a6e-4d64-9a0f-0d1f3f4a5b6c");
    private static final VmDefinition GUEST = new VmDefinition(
            VM,
            "guest",
            2,
            64L << 20,
            "pc-q35-7.2",
            "qemu64,+aes",
            NetworkCards.plain(2),
            new DirectBoot("/k", "/i", "console=ttyS0, quiet"),
            List.of(
                    new DiskDefinition(new DiskId("data"), DiskRole.DATA, "d.raw"),
                    new DiskDefinition(new DiskId("swap"), DiskRole.SWAP, "s.raw")));

    private final QemuCommandLine line = new QemuCommandLine(
            Path.of("qemu"),
            Path.of("/img"),
            "tcg",
            VmFolder.of(Path.of("/run/a,b"), VM),
            image -> image.endsWith("d.raw"),
            Map.of());

    @Test
    void disksAreAttachedByTheirRole() {
        assertThat(String.join(" ", line.cold(GUEST)))
                .contains("virtio-blk-pci,id=disk.data,drive=data,serial=data,werror=stop,rerror=stop")
                .contains("scsi-hd,bus=scsi.0,rotation_rate=1,id=disk.swap,drive=swap,serial=swap")
                .contains("\"filename\":\"/img/d.raw\"")
                .doesNotContain("bootindex");
    }

    @Test
    void aQcow2ImageNamesItsBaseAndNeverLeavesThatToItsHeader() {
        var disk = new DiskDefinition(
                new DiskId("data"),
                DiskRole.DATA,
                "d.qcow2",
                ImageFormat.QCOW2,
                new BackingImage(new ImageName("b.qcow2"), ImageFormat.QCOW2));
        var alone = new DiskDefinition(new DiskId("swap"), DiskRole.SWAP, "s.qcow2", ImageFormat.QCOW2, null);
        var guest = new VmDefinition(
                VM, "guest", 1, 64L << 20, "pc-q35-7.2", "qemu64", NetworkCards.plain(0), null, List.of(disk, alone));

        List<String> backends =
                line.cold(guest).stream().filter(text -> text.startsWith("{")).toList();

        assertThat(backends).hasSize(6);
        assertThat(backends.get(1)).contains("\"/img/b.qcow2\"", "\"read-only\":true");
        assertThat(backends.get(2)).contains("\"node-name\":\"base.0\"", "\"read-only\":true", "\"backing\":null");
        assertThat(backends.get(3))
                .contains("\"driver\":\"qcow2\"", "\"node-name\":\"data\"", "\"backing\":\"base.0\"");
        assertThat(backends.get(5)).contains("\"driver\":\"qcow2\"", "\"node-name\":\"swap\"", "\"backing\":null");
    }

    @Test
    void onlyAnImageThatAllowsItIsOpenedPastThePageCache() {
        List<String> backends =
                line.cold(GUEST).stream().filter(text -> text.startsWith("{")).toList();

        assertThat(backends).hasSize(4);
        assertThat(backends.subList(0, 2)).allMatch(text -> text.contains("\"direct\":true"));
        assertThat(backends.subList(2, 4)).allMatch(text -> text.contains("\"direct\":false"));
    }

    @Test
    void commasInPathsAreEscapedWhereQemuSplitsAtThem() {
        List<String> arguments = line.cold(GUEST);

        assertThat(arguments).contains("unix:/run/a,,b/" + VM + "/qmp.sock,server=on,wait=off");
        assertThat(arguments).contains("/run/a,b/" + VM + "/qemu.pid", "console=ttyS0, quiet");
    }

    /** Decision 0020. */
    @Test
    void anEmulatedGuestsMemoryIsOfASizeAtWhichEveryWriteIsNoticed() {
        var kvm = new QemuCommandLine(
                Path.of("qemu"), Path.of("/img"), "kvm", VmFolder.of(Path.of("/run"), VM), _ -> true, Map.of());
        assertThat(line.cold(GUEST)).contains("size=" + ((64 << 20) + 8192) + "B");
        assertThat(kvm.cold(GUEST)).contains("size=" + (64 << 20) + "B");
    }

    @Test
    void anIncomingVmIsTheSameButWaits() {
        List<String> cold = line.cold(GUEST);
        List<String> incoming = line.incoming(GUEST);

        assertThat(incoming.subList(0, cold.size())).isEqualTo(cold);
        assertThat(incoming.subList(cold.size(), incoming.size())).containsExactly("-incoming", "defer", "-S");
    }

    @Test
    void aCardIsOnItsNetworkOrLeadsNowhere() {
        var netdevs = Map.of(1, GuestTaps.ofUnit(VM, 1));
        var mixed = new QemuCommandLine(
                Path.of("qemu"), Path.of("/img"), "tcg", VmFolder.of(Path.of("/run"), VM), _ -> true, netdevs);

        assertThat(String.join(" ", mixed.cold(GUEST)))
                .contains("-netdev hubport,hubid=0,id=net.0")
                .contains("virtio-net-pci,id=nic.0,netdev=net.0,mac=" + GUEST.cardAddress(0) + ",romfile=")
                .contains("-netdev tap,ifname=" + GuestTaps.name(VM, 1) + ",script=no,downscript=no,id=net.1")
                .contains("virtio-net-pci,id=nic.1,netdev=net.1,mac=" + GUEST.cardAddress(1) + ",romfile=");
    }

    @Test
    void aRunFolderTooLongForASocketIsRefused() {
        Path folder = Path.of("/" + "x".repeat(60));

        assertThatThrownBy(() -> QemuConfig.of(folder, Path.of("/img")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("111 bytes")
                .hasMessageContaining("107");
    }
}
