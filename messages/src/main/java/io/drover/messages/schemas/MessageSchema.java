package io.drover.messages.schemas;

import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.path.NodePath;
import io.drover.messages.InvalidMessageException;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** What one kind of message may hold. */
public final class MessageSchema {
    private final Schema schema;

    MessageSchema(Schema schema) {
        this.schema = schema;
    }

    /** Throws an exception that names the first field at fault and says how many more there are. */
    public void check(JsonNode message) throws InvalidMessageException {
        List<Error> errors = schema.validate(message);
        if (errors.isEmpty()) {
            return;
        }
        Error first = errors.getFirst();
        String more = errors.size() == 1 ? "" : " (and " + (errors.size() - 1) + " more)";
        throw new InvalidMessageException(field(first), SchemaWords.of(first) + more);
    }

    private static String field(Error error) {
        var path = new StringBuilder();
        NodePath location = error.getInstanceLocation();
        for (int at = 0; at < location.getNameCount(); at++) {
            path.append(path.isEmpty() ? "" : ".").append(location.getName(at));
        }
        // A missing or unknown property is reported at its parent.
        if (error.getProperty() != null) {
            path.append(path.isEmpty() ? "" : ".").append(error.getProperty());
        }
        return path.isEmpty() ? "body" : path.toString();
    }
}
