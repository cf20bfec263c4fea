package io.drover.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** What {@code drover --version} says; the build writes it down. */
final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() throws IOException {
        var built = new Properties();
        try (InputStream resource = Version.class.getResourceAsStream("version.properties")) {
            built.load(Objects.requireNonNull(resource, "version.properties"));
        }
        String commit = built.getProperty("commit", "");
        return new String[] {
            "drover " + built.getProperty("version") + (commit.isEmpty() ? "" : " (commit " + commit + ")")
        };
    }
}
