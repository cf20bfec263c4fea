package io.drover.cli.pki;

import io.drover.cli.terminal.CommandException;
import io.drover.cli.terminal.ExitCode;
import io.drover.worker.pki.FleetAuthority.Validity;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import picocli.CommandLine.Option;

/** Where the authority lies. */
final class PkiFolder {
    private static final int DAYS_MAX = 36_500;

    @Option(names = "--folder", required = true, paramLabel = "FOLDER", description = "The authority's folder.")
    private Path folder = Path.of("");

    Path path() {
        return folder;
    }

    static Validity validity(Instant now, int days) throws CommandException {
        if (days < 1 || days > DAYS_MAX) {
            throw new CommandException(ExitCode.USAGE, "--days: " + days + " is not between 1 and " + DAYS_MAX);
        }
        return new Validity(now, Duration.ofDays(days));
    }
}
