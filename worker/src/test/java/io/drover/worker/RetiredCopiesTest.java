package io.drover.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.messages.MigrationId;
import io.drover.messages.time.SystemClock;
import io.drover.worker.image.TestImageStores;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RetiredCopiesTest {
    @TempDir
    Path folder;

    @Test
    @Tag("attack")
    @DisplayName("A15: one copy that cannot be looked at does not cost the host's report")
    void oneOddCopyCostsNoReport() throws Exception {
        var good = new MigrationId(new UUID(0, 1));
        var odd = new MigrationId(new UUID(0, 2));
        Files.write(folder.resolve("web1.raw.retired-" + good), new byte[8192]);
        Files.write(folder.resolve("copy of web1.raw.retired-" + odd), new byte[8192]);
        var copies = new RetiredCopies(TestImageStores.of(folder), new SystemClock());
        assertThat(copies.list())
                .filteredOn(copy -> copy.migration().equals(good))
                .singleElement()
                .satisfies(copy -> assertThat(copy.allocatedBytes()).isPositive());
        assertThat(copies.list())
                .filteredOn(copy -> copy.migration().equals(odd))
                .allMatch(copy -> copy.allocatedBytes() == 0);
    }
}
