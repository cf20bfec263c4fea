package io.drover.worker.hypervisor.qemu.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.messages.json.DroverJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class QemuRunStateIT {
    private static final String COMMANDS = """
        {"execute":"qmp_capabilities"}
        {"execute":"query-qmp-schema"}
        {"execute":"quit"}
        """;

    @Test
    @Tag("attack")
    @DisplayName("F7b: every run state that QEMU has is in the table, and no other")
    void everyRunStateHasARow() throws IOException {
        var known = new HashSet<String>();
        Arrays.stream(QemuRunState.values()).forEach(state -> known.add(state.wireName()));
        assertThat(known).isEqualTo(statesOfQemu());
    }

    private static Set<String> statesOfQemu() throws IOException {
        Process qemu = new ProcessBuilder(
                        "qemu-system-x86_64", "-machine", "none", "-display", "none", "-S", "-qmp", "stdio")
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        qemu.getOutputStream().write(COMMANDS.getBytes(StandardCharsets.UTF_8));
        qemu.getOutputStream().flush();
        String answers = new String(qemu.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        for (String line : answers.lines().toList()) {
            for (JsonNode type : DroverJson.mapper().readTree(line).path("return")) {
                var values = new HashSet<String>();
                type.path("values").forEach(value -> values.add(value.asString()));
                if (values.contains("finish-migrate") && values.contains("guest-panicked")) {
                    return values;
                }
            }
        }
        throw new IOException("QEMU does not tell its run states");
    }
}
