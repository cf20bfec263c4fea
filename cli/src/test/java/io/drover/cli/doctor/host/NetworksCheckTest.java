package io.drover.cli.doctor.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.cli.doctor.check.Finding;
import io.drover.cli.doctor.check.Finding.Level;
import io.drover.worker.hypervisor.qemu.process.HostNetworks;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NetworksCheckTest {
    @TempDir
    private Path folder;

    private NetworksCheck.Tools tools;

    @BeforeEach
    void files() throws Exception {
        Files.createDirectories(folder.resolve("br0/bridge"));
        Path helper = Files.writeString(folder.resolve("helper"), "");
        Files.setAttribute(helper, "unix:mode", 0755);
        tools = new NetworksCheck.Tools(
                helper, folder.resolve("bridge.conf"), Files.writeString(folder.resolve("tun"), ""));
    }

    private List<Finding> look(Map<String, String> bridges, boolean unit) {
        return new NetworksCheck(new HostNetworks(bridges, folder), unit, tools).look();
    }

    @Test
    void theBridgeOfEachNetworkMustBeThere() {
        assertThat(look(Map.of(), true)).extracting(Finding::level).containsExactly(Level.OK);
        List<Finding> findings = look(Map.of("lan", "br0", "storage", "br1"), true);
        assertThat(findings).extracting(Finding::level).containsExactly(Level.OK, Level.FAIL, Level.OK);
        assertThat(findings.get(1).found()).contains("storage is to be bridge br1");
    }

    @Test
    void withoutUnitsTheHelperMustHaveTheRightAndBeAllowedTheBridge() throws Exception {
        Map<String, String> lan = Map.of("lan", "br0");
        assertThat(look(lan, false)).extracting(Finding::level).containsExactly(Level.OK, Level.WARN, Level.FAIL);
        Files.setAttribute(tools.helper(), "unix:mode", 04755);
        Files.writeString(tools.allowed(), "# none\nallow br00\n");
        List<Finding> findings = look(lan, false);
        assertThat(findings).extracting(Finding::level).containsExactly(Level.OK, Level.OK, Level.FAIL);
        assertThat(findings.get(2).remedy()).isEqualTo("add the line: allow br0");
        for (String allowed : List.of("allow  br0", "allow all", "include /etc/qemu/drover.conf")) {
            Files.writeString(tools.allowed(), allowed + "\n");
            assertThat(look(lan, false)).extracting(Finding::level).containsExactly(Level.OK, Level.OK);
        }
        Files.delete(tools.helper());
        assertThat(look(lan, false)).extracting(Finding::level).containsExactly(Level.OK, Level.FAIL);
    }

    @Test
    void unitsNeedTheDeviceOfTaps() throws Exception {
        Files.delete(tools.device());
        assertThat(look(Map.of("lan", "br0"), true)).extracting(Finding::level).containsExactly(Level.OK, Level.FAIL);
    }
}
