package io.drover.cli.operator;

import java.time.Duration;
import picocli.CommandLine.Option;

/** Waiting for the outcome of what was asked for. */
final class WaitOptions {
    @Option(names = "--wait", description = "Wait for the outcome and show the way there.")
    private boolean wait;

    @Option(
            names = "--timeout",
            paramLabel = "S",
            defaultValue = "86400",
            description = "Wait at most this many seconds (default: ${DEFAULT-VALUE}).")
    private int seconds = 86_400;

    boolean wanted() {
        return wait;
    }

    Duration limit() {
        return Duration.ofSeconds(seconds);
    }
}
