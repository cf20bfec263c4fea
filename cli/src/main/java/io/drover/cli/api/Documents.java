package io.drover.cli.api;

import io.drover.cli.terminal.CommandException;
import io.drover.cli.terminal.ExitCode;
import io.drover.cli.terminal.Terminal;
import io.drover.messages.json.DroverJson;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** The API's documents as the records they were written from. */
public final class Documents {
    private Documents() {}

    public static <T> T one(JsonNode document, Class<T> type) throws CommandException {
        try {
            return DroverJson.mapper().treeToValue(document, type);
        } catch (JacksonException e) {
            throw new CommandException(
                    ExitCode.INTERNAL, "the scheduler's answer is not understood: " + e.getOriginalMessage());
        }
    }

    public static <T> List<T> list(JsonNode documents, Class<T> type) throws CommandException {
        var list = new ArrayList<T>();
        for (JsonNode document : documents) {
            list.add(one(document, type));
        }
        return list;
    }

    public static void print(Terminal terminal, JsonNode document) {
        terminal.out().println(document.toPrettyString());
        terminal.out().flush();
    }
}
