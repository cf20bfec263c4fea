package io.drover.worker.hypervisor.qemu.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.messages.VmId;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GuestUnitTest {
    private static final VmId VM = new VmId(UUID.fromString("5f6f3f0e-2f7c-4a37-9a61-0d4c2b7e9a07"));

    /** As xargs(1) takes them in with {@code -0}: an argument may hold blanks, quotes and line ends. */
    @Test
    void leavesTheArgumentsForItsService(@TempDir Path run) throws Exception {
        VmFolder folder = VmFolder.of(run, VM);
        Files.createDirectory(folder.path());
        List<String> command = List.of("printf", "<%s>", "a b", "", "it's \"c\"\n");

        assertThat(new GuestUnit("drover-guest@").wrap(folder, new TreeMap<>(Map.of(0, "br0", 2, "br1")), command))
                .containsExactly("systemctl", "--no-ask-password", "start", "drover-guest@" + VM + ".service");
        assertThat(folder.networksFile()).hasContent("0 br0\n2 br1\n");

        Process reader = new ProcessBuilder(
                        "xargs", "-0", "-a", folder.commandFile().toString(), "env")
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        assertThat(new String(reader.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .isEqualTo("<a b><><it's \"c\"\n>");
        assertThat(reader.waitFor()).isZero();
    }

    @Test
    void isATemplate() {
        assertThatThrownBy(() -> new GuestUnit("drover-guest")).hasMessageContaining("'drover-guest' is not the name");
        assertThatThrownBy(() -> new GuestUnit("a b@")).hasMessageContaining("'a b@'");
    }
}
