package io.drover.cli.api;

import io.drover.cli.terminal.CommandException;
import io.drover.cli.terminal.ExitCode;
import io.drover.cli.terminal.Terminal;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

/** The options every operator's command has. */
public final class ApiOptions {
    @Option(
            names = "--scheduler",
            paramLabel = "URL",
            description = "The scheduler's address (default: DROVER_SCHEDULER, else ~/.config/drover/config,"
                    + " else http://127.0.0.1:7070).")
    private @Nullable String scheduler;

    @Option(names = "--json", description = "Print the API's JSON, for programs.")
    private boolean json;

    public ApiClient connect() throws CommandException {
        return ApiClient.of(login());
    }

    /** Where the scheduler is, and what to show it. */
    public SchedulerLogin login() throws CommandException {
        return SchedulerLogin.of(scheduler, System.getenv());
    }

    /** What a command asks of the scheduler. */
    @FunctionalInterface
    public interface Question {
        JsonNode ask(ApiClient client) throws CommandException, InterruptedException;
    }

    /** How a command shows the answer to people; the client is there to ask for more. */
    @FunctionalInterface
    public interface Page {
        void print(ApiClient client, JsonNode answer) throws CommandException, InterruptedException;
    }

    /** Asks, and prints the answer: as it came with {@code --json}, else for people. */
    public int answer(Terminal terminal, Question question, Page page) throws CommandException, InterruptedException {
        try (ApiClient client = connect()) {
            JsonNode answer = question.ask(client);
            if (json) {
                Documents.print(terminal, answer);
            } else {
                page.print(client, answer);
            }
        }
        return ExitCode.OK.code();
    }

    public boolean json() {
        return json;
    }
}
