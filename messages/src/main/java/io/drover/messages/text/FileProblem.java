package io.drover.messages.text;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;

/** Why a file cannot be used, for people: exceptions of files often say no more than a path, or a length. */
public final class FileProblem {
    private FileProblem() {}

    /** What to say after {@code cannot read FILE: }, for example {@code no such file}. */
    public static String of(Path file, IOException e) {
        if (Files.isDirectory(file)) {
            return "is a folder";
        }
        if (e instanceof FileAlreadyExistsException && Files.exists(file)) {
            return "is not a folder";
        }
        return switch (e) {
            case CharacterCodingException _ -> "is not UTF-8";
            case NoSuchFileException _ -> "no such file";
            case AccessDeniedException _ -> "permission denied";
            case NotDirectoryException _ -> "is not a folder";
            case FileSystemLoopException _ -> "its links lead in a circle";
            case FileSystemException told when told.getReason() != null -> words(told.getReason());
            default -> e.getMessage() == null ? "the file system failed" : words(e.getMessage());
        };
    }

    private static String words(String reason) {
        return switch (reason) {
            case "Not a directory" -> "is not a folder";
            case "Is a directory" -> "is a folder";
            case "No space left on device" -> "no space left on the disk";
            default -> reason;
        };
    }
}
