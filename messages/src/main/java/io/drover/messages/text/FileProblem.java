package io.drover.messages.text;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Why a file cannot be used, for people: exceptions of files often say no more than a path, or a length. Whoever shows
 * an {@link IOException} takes its words from here and not from {@code getMessage}, which of a missing right is the bare
 * path.
 */
public final class FileProblem {
    private FileProblem() {}

    /** What to say after {@code cannot read FILE: }, for example {@code no such file}. */
    public static String of(Path file, IOException e) {
        if (Files.isDirectory(file) && !(e instanceof AccessDeniedException)) {
            return "is a folder";
        }
        if (e instanceof FileAlreadyExistsException && Files.exists(file)) {
            return "is not a folder";
        }
        return problem(file, e);
    }

    /**
     * The whole of what happened, for example {@code FILE: no such file}. What is not about a file says it in its own
     * words.
     */
    public static String told(Throwable e) {
        Throwable cause = e.getCause();
        if (cause != null && (e instanceof UncheckedIOException || e instanceof DirectoryIteratorException)) {
            return told(cause);
        }
        return switch (e) {
            case FileSystemException ofFile
            when ofFile.getFile() != null -> ofFile.getFile() + ": " + problem(Path.of(ofFile.getFile()), ofFile);
            case IOException plain -> problem(null, plain);
            default -> own(e);
        };
    }

    /** Why this process may not read or write the file, found without trying to. */
    public static String denied(Path file) {
        return problem(file, new AccessDeniedException(file.toString()));
    }

    private static String own(Throwable e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }

    private static String problem(@Nullable Path file, IOException e) {
        return switch (e) {
            case CharacterCodingException _ -> "is not UTF-8";
            case NoSuchFileException missing ->
                missing.getOtherFile() == null
                        ? "no such file"
                        : "no such file, or no folder of " + missing.getOtherFile();
            case AccessDeniedException refused -> file == null ? "permission denied" : MissingRight.of(file, refused);
            case NotDirectoryException _ -> "is not a folder";
            case DirectoryNotEmptyException _ -> "is not empty";
            case FileSystemLoopException _ -> "its links lead in a circle";
            case FileAlreadyExistsException there when there.getReason() == null -> "stands there already";
            case FileSystemException told when told.getReason() != null -> words(told.getReason());
            case FileSystemException _ -> "the file system failed";
            default -> words(own(e));
        };
    }

    private static String words(String reason) {
        return switch (reason) {
            case "Not a directory" -> "is not a folder";
            case "Is a directory" -> "is a folder";
            case "No space left on device" -> "no space left on the disk";
            case "Operation not permitted" ->
                "not permitted for user " + MissingRight.USER + ", who does not own it (or it is immutable)";
            default -> reason;
        };
    }
}
