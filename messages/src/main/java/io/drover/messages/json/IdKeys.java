package io.drover.messages.json;

import io.drover.messages.DecisionId;
import io.drover.messages.MigrationId;
import io.drover.messages.VmId;
import java.util.function.Function;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.KeyDeserializer;
import tools.jackson.databind.module.SimpleModule;

/** Reads the ids that hold a UUID where they are keys of a map; those that hold a text need no help. */
final class IdKeys extends SimpleModule {
    private static final long serialVersionUID = 1L;

    IdKeys() {
        super("drover ids as keys");
        addKeyDeserializer(VmId.class, new ById(VmId::parse));
        addKeyDeserializer(MigrationId.class, new ById(MigrationId::parse));
        addKeyDeserializer(DecisionId.class, new ById(DecisionId::parse));
    }

    private static final class ById extends KeyDeserializer {
        private final Function<String, Object> parse;

        ById(Function<String, Object> parse) {
            this.parse = parse;
        }

        @Override
        public Object deserializeKey(String key, DeserializationContext context) {
            try {
                return parse.apply(key);
            } catch (IllegalArgumentException e) {
                return context.reportInputMismatch(Object.class, "%s", e.getMessage());
            }
        }
    }
}
