package io.drover.cli.api;

import io.drover.cli.terminal.CommandException;
import io.drover.cli.terminal.ExitCode;
import java.net.URI;
import picocli.CommandLine.Option;

/** The options every operator's command has. */
public final class ApiOptions {
    @Option(
            names = "--scheduler",
            paramLabel = "URL",
            defaultValue = "${env:DROVER_SCHEDULER:-http://127.0.0.1:7070}",
            description = "The scheduler's address (default: DROVER_SCHEDULER, else http://127.0.0.1:7070).")
    private URI scheduler = URI.create("http://127.0.0.1:7070");

    @Option(names = "--json", description = "Print the API's JSON, for programs.")
    private boolean json;

    public ApiClient connect() throws CommandException {
        if (scheduler.getHost() == null || !"http".equals(scheduler.getScheme())) {
            throw new CommandException(
                    ExitCode.USAGE, "--scheduler: '" + scheduler + "' is not an address such as http://127.0.0.1:7070");
        }
        return new ApiClient(scheduler);
    }

    public boolean json() {
        return json;
    }
}
