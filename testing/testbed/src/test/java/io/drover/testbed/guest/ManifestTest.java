package io.drover.testbed.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManifestTest {
    private static final String ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    @TempDir
    private Path folder;

    @Test
    void isReadAsItWasWritten() throws Exception {
        Files.createDirectories(folder.resolve("files/deep"));
        Files.writeString(folder.resolve("files/deep/a"), "abc");
        Manifest manifest = Manifest.of(folder, folder.resolve("files"));
        manifest.write(folder.resolve("m"));

        assertThat(Files.readString(folder.resolve("m"))).isEqualTo(ABC + "  files/deep/a\n");
        assertThat(Manifest.read(folder.resolve("m"))).isEqualTo(manifest);
    }

    @Test
    void namesEachDifference() {
        Manifest expected = manifest(Map.of("same", "1", "gone", "2", "changed", "3"));
        Manifest found = manifest(Map.of("same", "1", "changed", "4", "new", "5"));

        assertThat(expected.differences(expected)).isEmpty();
        assertThat(expected.differences(found))
                .containsExactly("changed: content differs", "gone: missing", "new: not in the manifest");
    }

    @Test
    void refusesALineThatIsNoEntry() throws Exception {
        Path file = Files.writeString(folder.resolve("m"), "short  files/a\n");
        assertThatThrownBy(() -> Manifest.read(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("short");
    }

    private static Manifest manifest(Map<String, String> digests) {
        return new Manifest(new TreeMap<>(digests));
    }
}
