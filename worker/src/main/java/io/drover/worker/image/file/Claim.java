package io.drover.worker.image.file;

import io.drover.messages.text.FileProblem;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The file beside an image that says which migration fills it, and whether a sync of the image has failed since. */
public record Claim(Path file) {
    private static final Logger LOG = LoggerFactory.getLogger(Claim.class);

    /** Of one length: the second is written over the first, which a full disk does not hinder. */
    private static final String WHOLE = "whole\n";

    private static final String LOST = "lost!\n";

    /** The id of a migration, as a regular expression. */
    public static final String MIGRATION = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}";

    private static final Pattern NAME =
            Pattern.compile(".*\\.((incoming|pulling)-" + MIGRATION + "|receiving-[0-9a-f]{64})");

    /** Whether a file of this name is no image but says something about the one beside it. */
    public static boolean isName(String name) {
        return NAME.matcher(name).matches();
    }

    public boolean stands() {
        return Files.exists(file);
    }

    /** Durable when its folder is. */
    public void make() throws IOException {
        Files.createFile(file, Modes.OWNERS_FILE);
        Files.writeString(file, WHOLE);
    }

    public boolean lost() throws IOException {
        try {
            return Files.readString(file).equals(LOST);
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    public void noteLost() {
        if (!stands()) {
            return;
        }
        try (var open = new RandomAccessFile(file.toFile(), "rw")) {
            open.write(LOST.getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            LOG.error(
                    "{}: that writes were lost is not noted and is forgotten with this process: {}",
                    file,
                    FileProblem.told(e));
        }
    }
}
