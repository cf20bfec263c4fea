package io.drover.messages.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An operator reads it and knows what to change. */
@Tag("attack")
final class FileProblemTest {
    private static final String USER = System.getProperty("user.name");

    @TempDir
    private Path folder;

    @Test
    @DisplayName("O2: a missing right names the user, and owner and mode of what stands in the way")
    void aMissingRightIsNeverABarePath() throws IOException {
        Path file = Files.createFile(folder.resolve("web1.img"));
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-x---"));
        String owner = Files.getOwner(folder).getName();
        assertThat(FileProblem.told(new AccessDeniedException(file.toString())))
                .isEqualTo("%s: permission denied for user %s: %s belongs to %s:%s, mode 0750"
                        .formatted(file, USER, folder, owner, group(folder)));
        // A rename that is refused is the folder's doing, whatever the file's mode is.
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--------"));
        assertThat(FileProblem.told(new AccessDeniedException(file.toString(), folder + "/web1.img.retired", null)))
                .contains(folder + " belongs to ", "mode 0750");
    }

    @Test
    @DisplayName("O2: of a file that is not there yet the folder that is there is what keeps it")
    void theNearestFolderIsNamed() {
        Path deep = folder.resolve("state/marks/1.json");
        assertThat(FileProblem.denied(deep)).contains(folder + " belongs to ");
    }

    @Test
    void whatElseIsWrongIsSaidAsASentence() {
        assertThat(FileProblem.told(new NoSuchFileException("/a/b"))).isEqualTo("/a/b: no such file");
        assertThat(FileProblem.told(new FileAlreadyExistsException("/a", null, "another image stands there")))
                .isEqualTo("/a: another image stands there");
        assertThat(FileProblem.told(new FileSystemException("/a", null, "No space left on device")))
                .isEqualTo("/a: no space left on the disk");
        assertThat(FileProblem.told(new FileSystemException("/a", null, "Operation not permitted")))
                .contains("/a: not permitted for user " + USER);
        assertThat(FileProblem.told(new IOException("Broken pipe"))).isEqualTo("Broken pipe");
        assertThat(FileProblem.told(new EOFException())).isEqualTo("EOFException");
        assertThat(FileProblem.told(new UncheckedIOException(new NoSuchFileException("/a"))))
                .isEqualTo("/a: no such file");
    }

    private static String group(Path file) throws IOException {
        return Files.readAttributes(file, PosixFileAttributes.class).group().getName();
    }
}
