package io.drover.messages;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.messages.bus.Routing;
import io.drover.messages.command.CommandCodec;
import io.drover.messages.command.SchedulerCommand;
import io.drover.messages.command.WorkerCommand;
import io.drover.messages.json.DroverJson;
import io.drover.messages.oslo.Notification;
import io.drover.messages.oslo.OsloCodec;
import io.drover.messages.oslo.RpcFailure;
import io.drover.messages.oslo.RpcReply;
import io.drover.messages.oslo.RpcRequest;
import io.drover.messages.schemas.MessageSchemas;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.NullNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What Drover puts on the wire, byte for byte. A change here is a change of the protocol: raise the version, keep the
 * old file as {@code <name>-<version>.json} so that it must stay readable, and rewrite the new one with
 * {@code -Dgolden.update=true}.
 */
class GoldenTest {
    private static final Path FOLDER = Path.of("src/test/resources/golden");
    private static final JsonMapper MAPPER = JsonMapper.shared();

    private static Map<String, String> messages() {
        var messages = new TreeMap<String, String>();
        workerCommands().forEach(command -> {
            RpcRequest request = CommandCodec.cast(command, "unique-1");
            messages.put("rpc-drover_worker-" + request.method(), OsloCodec.encode(request));
        });
        schedulerCommands().forEach(command -> {
            RpcRequest request = CommandCodec.cast(command, "unique-1");
            messages.put("rpc-drover-" + request.method(), OsloCodec.encode(request));
        });
        for (MigrationState state : MigrationState.values()) {
            messages.put("notification-migration." + state.wireName(), OsloCodec.encode(notification(state)));
        }
        messages.put("telemetry-load", DroverJson.mapper().writeValueAsString(Samples.report()));
        messages.put("reply-result", OsloCodec.encode(reply(null)));
        messages.put("reply-failure", OsloCodec.encode(reply(RpcFailure.invalidArgument("vm: missing"))));
        return messages;
    }

    private static List<WorkerCommand> workerCommands() {
        return List.of(
                new WorkerCommand.Migrate(Samples.task()),
                new WorkerCommand.Cancel(Samples.MIGRATION),
                new WorkerCommand.StartVm(Samples.VM),
                new WorkerCommand.StopVm(Samples.VM),
                new WorkerCommand.ApplyLinkLimit());
    }

    private static List<SchedulerCommand> schedulerCommands() {
        return List.of(
                new SchedulerCommand.LiveMigrate(
                        "web-1",
                        Samples.DESTINATION,
                        "pre-copy",
                        Map.of(new DiskId("swap"), "stop-and-copy"),
                        Samples.AT,
                        "maintenance",
                        true,
                        List.of(new ImageName("debian-12.raw")),
                        Verification.FULL),
                new SchedulerCommand.DrainHost(Samples.SOURCE),
                new SchedulerCommand.Rebalance(),
                new SchedulerCommand.Cancel(Samples.MIGRATION),
                new SchedulerCommand.GetMigration(Samples.MIGRATION));
    }

    private static Notification notification(MigrationState state) {
        ObjectNode payload = MAPPER.createObjectNode();
        payload.put("migration_id", Samples.MIGRATION.toString())
                .put("vm_id", Samples.VM.toString())
                .put("vm_name", "web-1")
                .put("source", Samples.SOURCE.value())
                .put("destination", Samples.DESTINATION.value())
                .put("state", state.wireName())
                .put("at", Samples.AT.toString())
                .put("attempt", 1)
                .put("reason", "said why");
        return Notification.of(
                "3f1d3c5e-8f7a-4c55-9b59-000000000001",
                "drover.host1",
                "migration." + state.wireName(),
                Routing.priority(state),
                payload,
                "2026-11-22 15:52:15.549057");
    }

    private static RpcReply reply(@org.jspecify.annotations.Nullable RpcFailure failure) {
        JsonNode result = failure == null ? MAPPER.createObjectNode().put("state", "queued") : NullNode.getInstance();
        return new RpcReply("message-1", result, failure, true, "unique-2");
    }

    static Stream<String> names() {
        return messages().keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("names")
    void isWrittenAsEver(String name) throws IOException {
        String message = messages().getOrDefault(name, "") + "\n";
        Path file = FOLDER.resolve(name + ".json");
        if (Boolean.getBoolean("golden.update")) {
            Files.createDirectories(FOLDER);
            Files.writeString(file, message);
        }
        assertThat(file).as("rewrite with -Dgolden.update=true").exists();
        assertThat(Files.readString(file)).isEqualTo(message);
    }

    static Stream<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void staysReadable(Path file) throws Exception {
        byte[] body = Files.readAllBytes(file);
        String name = String.valueOf(file.getFileName());
        switch (name.substring(0, name.lastIndexOf('-'))) {
            case "rpc-drover_worker" -> CommandCodec.worker(OsloCodec.decodeRequest(body));
            case "rpc-drover" -> CommandCodec.scheduler(OsloCodec.decodeRequest(body));
            case "notification" -> {
                ObjectNode payload = OsloCodec.decodeNotification(body).payload();
                MessageSchemas.migrationNotification().check(payload);
            }
            case "telemetry" -> {
                JsonNode tree = DroverJson.mapper().readTree(body);
                MessageSchemas.load().check(tree);
                DroverJson.mapper().treeToValue(tree, HostReport.class);
            }
            case "reply" -> OsloCodec.decodeReply(body);
            default -> {
                // A file of an older minor version ends in its number: "rpc-drover_worker-migrate-1.0.json".
                if (name.startsWith("rpc-drover_worker-")) {
                    CommandCodec.worker(OsloCodec.decodeRequest(body));
                } else {
                    CommandCodec.scheduler(OsloCodec.decodeRequest(body));
                }
            }
        }
    }

    @Test
    void commandsComeBackAsTheyWereSent() throws Exception {
        for (WorkerCommand command : workerCommands()) {
            byte[] body = OsloCodec.encode(CommandCodec.cast(command, "u")).getBytes(StandardCharsets.UTF_8);
            assertThat(CommandCodec.worker(OsloCodec.decodeRequest(body))).isEqualTo(command);
        }
        for (SchedulerCommand command : schedulerCommands()) {
            byte[] body = OsloCodec.encode(CommandCodec.cast(command, "u")).getBytes(StandardCharsets.UTF_8);
            assertThat(CommandCodec.scheduler(OsloCodec.decodeRequest(body))).isEqualTo(command);
        }
    }
}
