package io.drover.messages.schemas;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** The schemas by name; they lie beside this class as {@code schemas/<name>.json}. */
public final class MessageSchemas {
    private static final String BASE = "https://drover.io/schemas/";
    private static final String FOLDER = "classpath:io/drover/messages/schemas/";

    /** Every schema a message can be checked against. */
    static final List<String> NAMES = List.of(
            "rpc/drover/live_migrate",
            "rpc/drover/drain_host",
            "rpc/drover/rebalance",
            "rpc/drover/cancel",
            "rpc/drover/get_migration",
            "rpc/drover_worker/migrate",
            "rpc/drover_worker/cancel",
            "rpc/drover_worker/start_vm",
            "rpc/drover_worker/stop_vm",
            "rpc/drover_worker/apply_link_limit",
            "notification/migration",
            "telemetry/load");

    private static final Map<String, MessageSchema> SCHEMAS = loadAll();

    private MessageSchemas() {}

    /** The arguments of an RPC method; throws {@link IllegalArgumentException} for a method there is no schema for. */
    public static MessageSchema arguments(String topic, String method) {
        return named("rpc/" + topic + "/" + method);
    }

    /** The payload of every {@code migration.<state>} notification. */
    public static MessageSchema migrationNotification() {
        return named("notification/migration");
    }

    /** A host's telemetry. */
    public static MessageSchema load() {
        return named("telemetry/load");
    }

    static MessageSchema named(String name) {
        MessageSchema schema = SCHEMAS.get(name);
        if (schema == null) {
            throw new IllegalArgumentException("no schema named " + name);
        }
        return schema;
    }

    private static Map<String, MessageSchema> loadAll() {
        SchemaRegistry registry = SchemaRegistry.withDefaultDialect(
                SpecificationVersion.DRAFT_2020_12,
                builder -> builder.schemaIdResolvers(resolvers -> resolvers.mapPrefix(BASE, FOLDER))
                        .schemaRegistryConfig(SchemaRegistryConfig.builder()
                                .formatAssertionsEnabled(true)
                                // Messages must not change with the language of the VM.
                                .locale(Locale.ROOT)
                                .build()));
        var schemas = new TreeMap<String, MessageSchema>();
        for (String name : NAMES) {
            Schema schema = registry.getSchema(SchemaLocation.of(BASE + name + ".json"));
            schemas.put(name, new MessageSchema(schema));
        }
        return Map.copyOf(schemas);
    }
}
