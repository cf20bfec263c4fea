package io.drover.cli.operator.migration;

import io.drover.cli.api.ApiClient;
import io.drover.cli.api.Documents;
import io.drover.cli.terminal.CommandException;
import io.drover.cli.terminal.ExitCode;
import io.drover.cli.terminal.Terminal;
import io.drover.cli.terminal.Units;
import io.drover.messages.MigrationId;
import io.drover.messages.api.MigrationDocument;
import io.drover.messages.api.MigrationSummary;
import io.drover.messages.time.Wait;
import java.time.Duration;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * Follows one migration to its end: one line that rewrites itself on a terminal, one line for each change otherwise.
 */
final class MigrationWatch {
    private static final Duration POLL = Duration.ofMillis(500);
    /** A scheduler that is being restarted is waited for; the migration does not need it. */
    private static final Duration UNREACHABLE_LIMIT = Duration.ofSeconds(30);

    private static final String BACK_AND_CLEAR = "\r\033[K";
    private static final int LINE_LIMIT = 110;

    private final Terminal terminal;
    private final ApiClient client;
    private final boolean silent;
    private String shown = "";
    private String trouble = "";
    private Duration answered = Duration.ZERO;

    /** Prints nothing on the way when {@code silent}. */
    MigrationWatch(Terminal terminal, ApiClient client, boolean silent) {
        this.terminal = terminal;
        this.client = client;
        this.silent = silent;
    }

    /** Returns the document of {@code GET /migrations/ID} once the migration is over. */
    JsonNode untilOver(MigrationId id, Duration limit) throws CommandException, InterruptedException {
        answered = terminal.clock().elapsed();
        try {
            return new Wait(terminal.clock(), limit, POLL)
                    .answer(() -> over(id), Optional::isPresent)
                    .orElseThrow(() -> new CommandException(
                            ExitCode.TIMED_OUT,
                            "not over after " + Units.duration(limit) + "; it goes on: drover migrations " + id
                                    + (trouble.isEmpty() ? "" : "; " + trouble)));
        } finally {
            endLine();
        }
    }

    /** Shows how far it is; its document when it is over. */
    private Optional<JsonNode> over(MigrationId id) throws CommandException, InterruptedException {
        try {
            JsonNode document = client.get("/migrations/" + id);
            answered = terminal.clock().elapsed();
            MigrationSummary view =
                    Documents.one(document, MigrationDocument.class).migration();
            trouble(MigrationLine.trouble(view, terminal.zone()));
            show(MigrationLine.progress(view));
            return MigrationLine.over(view) ? Optional.of(document) : Optional.empty();
        } catch (CommandException e) {
            Duration silence = terminal.clock().elapsed().minus(answered);
            if (e.exitCode() != ExitCode.UNREACHABLE || silence.compareTo(UNREACHABLE_LIMIT) > 0) {
                throw e;
            }
            return Optional.empty();
        }
    }

    /** On a line of its own, whole: whoever waits may be able to remove it. */
    private void trouble(String said) {
        boolean news = !said.isEmpty() && !said.equals(trouble);
        trouble = said;
        if (news && !silent) {
            endLine();
            terminal.out().println(said);
            terminal.out().flush();
        }
    }

    private void show(String line) {
        if (silent || line.equals(shown)) {
            return;
        }
        shown = line;
        if (terminal.interactive()) {
            terminal.out().print(BACK_AND_CLEAR + line.substring(0, Math.min(line.length(), LINE_LIMIT)));
        } else {
            terminal.out().println(line);
        }
        terminal.out().flush();
    }

    private void endLine() {
        if (!silent && terminal.interactive() && !shown.isEmpty()) {
            terminal.out().println();
            terminal.out().flush();
        }
    }
}
