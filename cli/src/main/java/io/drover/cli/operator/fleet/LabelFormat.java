package io.drover.cli.operator.fleet;

import io.drover.cli.api.ApiClient;
import io.drover.cli.api.Documents;
import io.drover.cli.terminal.CommandException;
import io.drover.messages.api.LabelsDocument;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Labels in a table. */
public final class LabelFormat {
    private LabelFormat() {}

    static LabelsDocument of(ApiClient client) throws CommandException, InterruptedException {
        return Documents.one(client.get("/labels"), LabelsDocument.class);
    }

    /** By key, for example {@code drover.exclude=true team=shop}. */
    public static String line(Map<String, String> labels) {
        return new TreeMap<>(labels)
                .entrySet().stream()
                        .map(label -> label.getKey() + "=" + label.getValue())
                        .collect(Collectors.joining(" "));
    }
}
