package io.drover.worker.hypervisor.qemu.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class VmLogsTest {
    private static final int MAX = 100_000;

    @TempDir
    private Path run;

    @Test
    @Tag("attack")
    @DisplayName("A4: what a guest writes to its serial console does not grow without bound")
    void aConsoleLogIsBounded() throws Exception {
        Path folder = Files.createDirectory(run.resolve("5f6f3f0e-2f7c-4a37-9a61-0d4c2b7e9a02"));
        Files.createDirectory(run.resolve("somebody's folder"));
        Path other = Files.createDirectory(run.resolve("6f6f3f0e-2f7c-4a37-9a61-0d4c2b7e9a02"));
        Path small = Files.writeString(other.resolve("console.log"), "small");
        Path log = folder.resolve("console.log");
        var logs = new VmLogs(run, MAX);
        // As QEMU opens it (chardev's logappend=on), and keeps it open.
        try (FileChannel guest = FileChannel.open(log, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            for (int line = 0; line < 100_000; line++) {
                guest.write(StandardCharsets.US_ASCII.encode("line " + line + "\n"));
                if (line % 1000 == 0) {
                    logs.bound();
                    assertThat(Files.size(log)).isLessThanOrEqualTo(MAX + 12_000);
                }
            }
            logs.bound();
            Files.delete(folder.resolve("console.log.old"));
            guest.write(StandardCharsets.US_ASCII.encode("x".repeat(MAX) + "the newest\n"));
            logs.bound();
            guest.write(StandardCharsets.US_ASCII.encode("after\n"));
        }
        assertThat(log).hasContent("after\n");
        assertThat(folder.resolve("console.log.old")).hasSize(MAX / 2);
        assertThat(Files.readString(folder.resolve("console.log.old"))).endsWith("xxthe newest\n");
        assertThat(small).hasContent("small");
        assertThat(other.resolve("console.log.old")).doesNotExist();
    }
}
