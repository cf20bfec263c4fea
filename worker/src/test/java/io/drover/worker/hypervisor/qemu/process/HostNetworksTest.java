package io.drover.worker.hypervisor.qemu.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.messages.DiskDefinition;
import io.drover.messages.DiskId;
import io.drover.messages.DiskRole;
import io.drover.messages.NetworkCard;
import io.drover.messages.NetworkCards;
import io.drover.messages.VmDefinition;
import io.drover.messages.VmId;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostNetworksTest {
    private static final VmId VM = VmId.parse("7a0a4dbe-8a6e-4d64-9a0f-0d1f3f4a5b6c");

    @TempDir
    private Path devices;

    private HostNetworks networks(String text) throws Exception {
        Files.createDirectories(devices.resolve("br0/bridge"));
        Files.createDirectories(devices.resolve("eth0"));
        return new HostNetworks(HostNetworks.parse(text).bridges(), devices);
    }

    /** A VM with one card after another: a network's name, or "-" for one that leads nowhere. */
    private static VmDefinition vm(String... cards) {
        List<NetworkCard> list = Stream.of(cards)
                .map(name -> new NetworkCard(name.equals("-") ? null : name, null))
                .toList();
        var disk = new DiskDefinition(new DiskId("data"), DiskRole.DATA, "d.raw");
        return new VmDefinition(
                VM, "guest", 1, 64L << 20, "pc-q35-7.2", "qemu64", new NetworkCards(list), null, List.of(disk));
    }

    @Test
    void eachCardIsOnTheBridgeOfItsNetwork() throws Exception {
        HostNetworks networks = networks("lan:br0, dmz:br0");

        assertThat(networks.of(vm("-", "lan", "dmz"))).isEqualTo(Map.of(1, "br0", 2, "br0"));
        assertThat(networks("none").of(vm("-", "-"))).isEmpty();
    }

    @Test
    void whatThisHostDoesNotHaveIsNamed() throws Exception {
        HostNetworks networks = networks("lan:br0,gone:br9,plain:eth0");

        assertThatThrownBy(() -> networks.of(vm("lan", "storage")))
                .hasMessage("network card 1: network storage is not offered by this host: add storage:BRIDGE to"
                        + " qemu.networks in its worker's configuration, and restart the worker");
        assertThatThrownBy(() -> networks.of(vm("gone")))
                .hasMessage("network card 0: network gone is bridge br9 on this host, and there is no such device:"
                        + " create it, or correct qemu.networks");
        assertThatThrownBy(() -> networks.of(vm("plain")))
                .hasMessage("network card 0: network plain is bridge eth0 on this host, and that device is no bridge:"
                        + " correct qemu.networks");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "lan | 'lan'",
                "lan:br0, | ''",
                "LAN:br0 | 'LAN:br0'",
                "lan:../x | 'lan:../x'",
                "lan:br0:1 | 'lan:br0:1'",
                "lan:abcdefghijklmnop | 'lan:abcdefghijklmnop'",
                "lan:br0,lan:br1 | network lan stands twice",
            })
    void aMapThatIsNoneIsRefused(String text, String told) {
        assertThatThrownBy(() -> HostNetworks.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(told);
    }

    /** As the package's script names it. */
    @Test
    void aTapsNameIsADevices() throws Exception {
        var process = new ProcessBuilder("sh", "-c", "printf %s " + VM + " | md5sum | cut -c 1-12").start();
        String digest = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);

        assertThat(GuestTaps.name(VM, 3)).isEqualTo("d" + digest.strip() + "-3").hasSize(15);
    }
}
