package io.drover.cli.operator.fleet;

import io.drover.cli.api.ApiClient;
import io.drover.cli.api.Documents;
import io.drover.cli.terminal.CommandException;
import io.drover.schema.scheduler.Labels;
import java.util.Map;
import java.util.stream.Collectors;

/** Labels in a table. */
public final class LabelFormat {
    private LabelFormat() {}

    static Labels of(ApiClient client) throws CommandException, InterruptedException {
        return Documents.one(client.get("/labels"), Labels.class);
    }

    /** For example {@code drover.exclude=true team=shop}. */
    public static String line(Map<String, String> labels) {
        return labels.entrySet().stream()
                .map(label -> label.getKey() + "=" + label.getValue())
                .collect(Collectors.joining(" "));
    }
}
