package io.drover.cli.operator.migration;

import io.drover.cli.operator.option.DurationConverter;
import java.time.Duration;
import picocli.CommandLine.Option;

/** Waiting for the outcome of what was asked for. */
final class WaitOptions {
    @Option(names = "--wait", description = "Wait for the outcome and show the way there.")
    private boolean wait;

    @Option(
            names = "--timeout",
            paramLabel = "DURATION",
            defaultValue = "24h",
            converter = DurationConverter.class,
            description = "Wait at most so long: 90s, 90min, 24h (default: ${DEFAULT-VALUE}).")
    private Duration limit = Duration.ofHours(24);

    boolean wanted() {
        return wait;
    }

    Duration limit() {
        return limit;
    }
}
