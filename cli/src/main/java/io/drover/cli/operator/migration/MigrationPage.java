package io.drover.cli.operator.migration;

import io.drover.cli.terminal.Table;
import io.drover.cli.terminal.Terminal;
import io.drover.cli.terminal.Units;
import io.drover.messages.MigrationTask;
import io.drover.messages.api.MigrationDocument;
import io.drover.messages.api.MigrationDocument.Overridden;
import io.drover.messages.api.MigrationDocument.Step;
import io.drover.messages.api.MigrationDocument.Transition;
import io.drover.messages.api.MigrationSummary;
import io.drover.messages.json.DroverJson;
import java.time.Duration;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** All that is known of one migration, for people. */
final class MigrationPage {
    private static final int EVIDENCE_LIMIT = 100;
    private final Terminal terminal;

    MigrationPage(Terminal terminal) {
        this.terminal = terminal;
    }

    void print(MigrationDocument detail) {
        head(detail.migration());
        override(detail.override());
        terminal.out().println();
        transitions(detail);
        terminal.out().println();
        steps(detail);
    }

    private void head(MigrationSummary view) {
        MigrationTask task = view.task();
        line("migration", task.id().toString());
        line("VM", view.vmName());
        line("from", task.source().value());
        line("to", task.destination().value());
        line("algorithm", algorithms(task));
        line("asked for", task.reason());
        line("state", MigrationLine.state(view));
        line("reason", view.reason());
        line("trouble", MigrationLine.trouble(view, terminal.zone()));
        line("progress", MigrationLine.progress(view));
        line("began", Units.moment(view.createdAt(), terminal.zone()));
        line("took", MigrationLine.took(view));
    }

    private void override(@Nullable Overridden override) {
        if (override != null) {
            line("overrides", String.join("; ", override.rules()));
            line("because", override.reason() + " (" + override.by() + ")");
        }
    }

    private void line(String name, @Nullable String value) {
        if (value != null && !value.isEmpty()) {
            terminal.out().println(name + " ".repeat(11 - name.length()) + value);
        }
    }

    private static String algorithms(MigrationTask task) {
        var text = new StringJoiner(", ");
        text.add(task.algorithm());
        task.diskAlgorithms().forEach((disk, name) -> text.add(disk + ": " + name));
        return text.toString();
    }

    private void transitions(MigrationDocument detail) {
        Table table = Table.of("AT", "STATE", "ATTEMPT>", "BY", "REASON");
        for (Transition transition : detail.transitions()) {
            table.row(
                    Units.fine(transition.at(), terminal.zone()),
                    transition.to().wireName(),
                    Integer.toString(transition.attempt()),
                    transition.actor(),
                    transition.reason() == null ? "" : transition.reason());
        }
        table.print(terminal.out(), "no transition yet");
    }

    private void steps(MigrationDocument detail) {
        Table table = Table.of("AT", "STEP", "ATTEMPT>", "TOOK>", "OUTCOME", "EVIDENCE");
        for (Step step : detail.steps()) {
            table.row(
                    Units.fine(step.intendedAt(), terminal.zone()),
                    step.name(),
                    Integer.toString(step.attempt()),
                    step.doneAt() == null ? "" : Units.duration(Duration.between(step.intendedAt(), step.doneAt())),
                    outcome(step),
                    evidence(step.evidence()));
        }
        table.print(terminal.out(), "no step yet");
    }

    private static String outcome(Step step) {
        if (step.undoneAt() != null) {
            return "undone";
        }
        return step.doneAt() == null ? "under way" : "done";
    }

    /** Cut for the eye; {@code --json} has all of it. */
    private static String evidence(@Nullable String json) {
        if (json == null) {
            return "";
        }
        String text = flat(json);
        return text.length() <= EVIDENCE_LIMIT ? text : text.substring(0, EVIDENCE_LIMIT - 1) + "…";
    }

    private static String flat(String json) {
        try {
            JsonNode node = DroverJson.mapper().readTree(json);
            var text = new StringJoiner(" ");
            node.properties().forEach(entry -> text.add(entry.getKey() + "=" + entry.getValue()));
            return text.toString();
        } catch (JacksonException e) {
            return json;
        }
    }
}
