package io.drover.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.messages.config.UnfitHostException;
import io.drover.worker.WorkerConfig.Folders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("attack")
final class HostFoldersTest {
    @TempDir
    private Path root;

    private Path images;
    private Folders folders;

    @BeforeEach
    void name() {
        images = root.resolve("images");
        folders = new Folders(root.resolve("state"), images, root.resolve("state/run"));
    }

    @Test
    @DisplayName("F17: an images folder that is missing is not made, and the refusal names folder, user and remedy")
    void aMissingImagesFolderIsRefused() {
        assertThatThrownBy(() -> HostFolders.prepare(folders))
                .isInstanceOf(IOException.class)
                .hasMessageContainingAll(
                        "images.folder",
                        images.toString(),
                        System.getProperty("user.name"),
                        "mount",
                        "make the folder");
        assertThat(images).doesNotExist();
    }

    @Test
    @DisplayName("F17: an images folder that is empty under the mount is not taken for the disk that was mounted there")
    void anUnmountedDiskIsRefused() throws IOException {
        Files.createDirectory(images);
        HostFolders checked = HostFolders.prepare(folders);
        checked.requireImages(true);

        Path mounted = Files.move(images, root.resolve("disk"));
        Files.createDirectory(images);
        assertThatThrownBy(() -> checked.requireImages(true)).hasMessageContaining("mount the disk");
        assertThatThrownBy(() -> HostFolders.prepare(folders)).hasMessageContaining("mount the disk");
        assertThat(images).isEmptyDirectory();

        Files.delete(images);
        Files.move(mounted, images);
        HostFolders.prepare(folders).requireImages(true);
    }

    @Test
    @DisplayName("F17: another host's images are not taken for one's own")
    void anotherDiskIsRefused() throws IOException {
        Files.createDirectory(images);
        HostFolders checked = HostFolders.prepare(folders);
        Files.writeString(images.resolve(HostFolders.MARKER), "another\n");
        assertThatThrownBy(() -> checked.requireImages(true)).hasMessageContaining("another's");
    }

    @Test
    @DisplayName("F17: a file where a folder should be is said to be no folder")
    void aFileIsNoFolder() {
        var file = new Folders(root.resolve("state"), Path.of("/etc/hostname"), root.resolve("state/run"));
        assertThatThrownBy(() -> HostFolders.prepare(file)).hasMessage("images.folder: /etc/hostname is not a folder");
        var state = new Folders(Path.of("/etc/hostname"), images, root.resolve("run"), null);
        assertThatThrownBy(() -> HostFolders.prepare(state)).hasMessageContaining("is not a folder");
    }

    @Test
    @DisplayName("F17: a folder that takes no files is refused at the start, root included")
    void aFolderThatTakesNoFilesIsRefused() {
        var proc = new Folders(root.resolve("state"), Path.of("/proc"), root.resolve("state/run"));
        assertThatThrownBy(() -> HostFolders.prepare(proc))
                .hasMessageContainingAll("images.folder", "/proc", System.getProperty("user.name"));
    }

    @Test
    @DisplayName("O1: what a worker needs and cannot use is an unfit host's, for which nothing is started again")
    void aPersonMustChangeIt() throws IOException {
        assertThatThrownBy(() -> HostFolders.prepare(folders)).isInstanceOf(UnfitHostException.class);
        Files.createDirectory(images);
        Path boot = Files.createFile(root.resolve("boot"));
        var booting = new Folders(folders.state(), images, folders.run(), boot);
        assertThatThrownBy(() -> HostFolders.prepare(booting))
                .isInstanceOf(UnfitHostException.class)
                .hasMessage("boot.folder: " + boot + " is not a folder");
        Files.createDirectories(folders.state());
        Files.createFile(folders.state().resolve(HostFolders.MARKS));
        Files.createDirectory(folders.state().resolve("worker.lock"));
        assertThatThrownBy(() -> StateLock.take(folders.state()))
                .isInstanceOf(UnfitHostException.class)
                .hasMessageContaining("state.folder: ");
    }

    @Test
    @DisplayName("O1: a full disk keeps nothing from being renamed, and a folder that takes no files does")
    void roomIsNotARight() throws IOException {
        Files.createDirectory(images);
        HostFolders checked = HostFolders.prepare(folders);
        checked.requireImages(false);
        checked.requireImages(true);
    }

    @Test
    @DisplayName("A9: folders that are made are their owner's only")
    void foldersAreTheOwners() throws IOException {
        Files.createDirectory(images);
        HostFolders.prepare(folders);
        for (Path made : new Path[] {folders.state(), folders.run()}) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(made)))
                    .isEqualTo("rwx------");
        }
    }
}
