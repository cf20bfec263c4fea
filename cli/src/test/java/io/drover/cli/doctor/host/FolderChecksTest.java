package io.drover.cli.doctor.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.cli.doctor.check.Finding;
import io.drover.cli.doctor.check.Finding.Level;
import io.drover.worker.WorkerConfig.Folders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Folders and their space. */
class FolderChecksTest {
    /** Nobody, not even root, makes files there. */
    private static final Path READ_ONLY = Path.of("/proc");

    @TempDir
    private Path folder;

    private Path images = Path.of("");

    @BeforeEach
    void makeImages() throws IOException {
        images = Files.createDirectory(folder.resolve("images"));
    }

    private List<Finding> look(Path state, Path imagesFolder, Path run) throws Exception {
        return new FoldersCheck(new Folders(state, imagesFolder, run)).look();
    }

    @Test
    void foldersThatAreThereOrCanBeMadeAreGoodAndNothingIsMade() throws Exception {
        assertThat(look(folder.resolve("state"), images, folder.resolve("deep/run")))
                .singleElement()
                .matches(finding -> finding.level() == Level.OK);
        try (Stream<Path> left = Files.walk(folder)) {
            assertThat(left).containsExactlyInAnyOrder(folder, images);
        }
    }

    @Test
    void everyFolderThatIsWrongIsToldWithItsRemedy() throws Exception {
        Path file = Files.createFile(folder.resolve("file"));
        assertThat(look(READ_ONLY, folder.resolve("missing"), file))
                .hasSize(3)
                .allMatch(finding -> finding.level() == Level.FAIL && finding.remedy() != null)
                .extracting(Finding::found)
                .anySatisfy(found -> assertThat(found).startsWith("state.folder: cannot write to /proc: "))
                .anySatisfy(
                        found -> assertThat(found).isEqualTo("images.folder: " + folder + "/missing does not exist"))
                .anySatisfy(found -> assertThat(found).isEqualTo("run.folder: " + file + " is not a folder"));
    }

    @Test
    void anImagesFolderThatIsAnothersIsToldApart() throws Exception {
        Path state = Files.createDirectory(folder.resolve("state"));
        Files.writeString(state.resolve("images-id"), "of before\n");
        assertThat(look(state, images, state))
                .singleElement()
                .satisfies(finding -> assertThat(finding.found()).contains("is not the folder whose images"))
                .satisfies(finding -> assertThat(finding.remedy()).startsWith("mount the disk that holds them"));
    }

    @Test
    void spaceThatIsShortIsAWarningAndNoneAtAllAFailure() throws Exception {
        var folders = new Folders(folder, images, READ_ONLY);
        assertThat(new SpaceCheck(folders, Long.MAX_VALUE).look())
                .extracting(Finding::level)
                .containsExactly(Level.WARN, Level.OK, Level.FAIL);
        assertThat(new SpaceCheck(new Folders(folder, folder.resolve("no/such"), folder), 0).look())
                .allMatch(finding -> finding.level() == Level.OK);
    }
}
