package io.drover.messages;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.Properties;

/**
 * Which Drover this is; the build writes it down.
 *
 * @param commit abbreviated; empty: the build was not told it
 */
public record ProgramVersion(String version, String commit) {
    private static final ProgramVersion CURRENT = read();

    /** Of the program that runs. */
    public static ProgramVersion current() {
        return CURRENT;
    }

    private static ProgramVersion read() {
        var built = new Properties();
        try (InputStream resource = ProgramVersion.class.getResourceAsStream("version.properties")) {
            built.load(Objects.requireNonNull(resource, "version.properties"));
        } catch (IOException e) { // it is beside this class
            throw new UncheckedIOException(e);
        }
        return new ProgramVersion(built.getProperty("version", ""), built.getProperty("commit", ""));
    }

    /** For example {@code 0.1.0 (commit 2d7a953)}. */
    @Override
    public String toString() {
        return commit.isEmpty() ? version : version + " (commit " + commit + ")";
    }
}
