package io.drover.cli.doors;

import io.drover.cli.doors.Door.Kind;
import io.drover.messages.InvalidMessageException;
import io.drover.messages.command.CommandCodec;
import io.drover.messages.oslo.OsloCodec;
import io.drover.messages.oslo.RpcApi;
import io.drover.messages.oslo.RpcFailure;
import io.drover.messages.oslo.RpcRequest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** All doors for JSON. A new one is one entry here. */
final class Doors {
    private static final String DEFINITION = """
        {"id": "00000000-0000-4000-8000-000000000077", "name": "new", "vcpus": 1, "memory_bytes": 268435456,
         "machine": "pc-q35-7.2", "cpu_model": "qemu64", "network_cards": [{"network": "lan", "mac": "52:54:00:12:34:56"}],
         "boot": {"kernel": "/boot/vmlinuz", "initrd": "/boot/initrd", "command_line": "console=ttyS0"},
         "disks": [{"id": "data", "role": "data", "image": "new.img"}]}\
        """;

    private final HttpClient client;
    private final URI api;
    private final Path folder;
    private final BiFunction<Path, URI, String> define;

    /**
     * Doors of one test.
     *
     * @param api of a scheduler whose database is away: what it lets in is answered 503
     * @param define runs {@code drover vm define FILE} against it, and returns what it says on the error output
     */
    Doors(HttpClient client, URI api, Path folder, BiFunction<Path, URI, String> define) {
        this.client = client;
        this.api = api;
        this.folder = folder;
        this.define = define;
    }

    List<Door> all() {
        return Stream.concat(documents().stream(), bus().stream()).toList();
    }

    private List<Door> documents() {
        return List.of(
                new Door("drover vm define", DEFINITION, "{", definition(""), this::define),
                new Door(
                        "POST /vms",
                        "{\"host\": \"h1\", \"definition\": " + DEFINITION + "}",
                        "{",
                        with(definition("/definition"), "/host", Kind.TEXT, "/definition", Kind.OBJECT),
                        document -> http("/vms", document)),
                new Door(
                        "POST /migrations",
                        """
                        {"vm": "web-1", "destination": "h2", "algorithm": "auto", "disk_algorithms": {"data": "pre-copy"},
                         "reason": "because", "allow_pull": true, "base_images": ["debian.raw"], "verify": "full"}\
                        """,
                        "{",
                        Map.of(
                                "/vm", Kind.TEXT,
                                "/destination", Kind.TEXT,
                                "/algorithm", Kind.TEXT,
                                "/disk_algorithms", Kind.OBJECT,
                                "/disk_algorithms/data", Kind.TEXT,
                                "/reason", Kind.FREE,
                                "/allow_pull", Kind.FLAG,
                                "/base_images", Kind.LIST,
                                "/verify", Kind.WORD),
                        document -> http("/migrations", document)),
                new Door(
                        "POST /vms/VM/labels",
                        "{\"set\": {\"team\": \"shop\"}, \"remove\": [\"owner\"]}",
                        "{",
                        Map.of("/set", Kind.OBJECT, "/set/team", Kind.FREE, "/remove", Kind.LIST),
                        document -> http("/vms/web-1/labels", document)),
                new Door(
                        "POST /hosts/HOST/limit",
                        "{\"bytes_per_second\": 1000000}",
                        "{",
                        Map.of("/bytes_per_second", Kind.WHOLE),
                        document -> http("/hosts/h1/limit", document)),
                new Door(
                        "POST /balancer",
                        "{\"mode\": \"shadow\"}",
                        "{",
                        Map.of("/mode", Kind.WORD),
                        document -> http("/balancer", document)));
    }

    private static List<Door> bus() {
        return List.of(
                new Door(
                        "bus: live_migrate",
                        call("live_migrate", """
                            {"vm": "web-1", "host": "h2", "algorithm": "auto", "disk_algorithms": {"data": "pre-copy"},
                             "reason": "because", "allow_pull": true, "base_images": ["debian.raw"], "verify": "full",
                             "deadline": "2026-11-22T18:00:00Z"}\
                            """),
                        "\"args\": {",
                        Map.of(
                                "/args/vm", Kind.TEXT,
                                "/args/host", Kind.TEXT,
                                "/args/algorithm", Kind.TEXT,
                                "/args/disk_algorithms", Kind.OBJECT,
                                "/args/reason", Kind.FREE,
                                "/args/allow_pull", Kind.FLAG,
                                "/args/base_images", Kind.LIST,
                                "/args/verify", Kind.WORD,
                                "/args/deadline", Kind.WORD),
                        document -> bus(RpcApi.SCHEDULER, document)),
                new Door(
                        "bus: cancel",
                        call("cancel", "{\"migration\": \"00000000-0000-4000-8000-000000000077\"}"),
                        "\"args\": {",
                        Map.of("/args/migration", Kind.UUID),
                        document -> bus(RpcApi.SCHEDULER, document)),
                new Door(
                        "bus: migrate",
                        call("migrate", """
                            {"id": "00000000-0000-4000-8000-000000000077", "vm": "00000000-0000-4000-8000-000000000078",
                             "source": "h1", "destination": "h2", "algorithm": "auto", "disk_algorithms": {},
                             "reason": "because"}\
                            """),
                        "\"args\": {",
                        Map.of(
                                "/args/id", Kind.UUID,
                                "/args/vm", Kind.UUID,
                                "/args/source", Kind.TEXT,
                                "/args/destination", Kind.TEXT,
                                "/args/algorithm", Kind.TEXT,
                                "/args/disk_algorithms", Kind.OBJECT,
                                "/args/reason", Kind.FREE),
                        document -> bus(RpcApi.WORKER, document)));
    }

    private static Map<String, Kind> definition(String at) {
        return Map.ofEntries(
                Map.entry(at + "/id", Kind.UUID),
                Map.entry(at + "/name", Kind.TEXT),
                Map.entry(at + "/vcpus", Kind.WHOLE),
                Map.entry(at + "/memory_bytes", Kind.WHOLE),
                Map.entry(at + "/machine", Kind.WORD),
                Map.entry(at + "/cpu_model", Kind.TEXT),
                Map.entry(at + "/network_cards/0/network", Kind.TEXT),
                Map.entry(at + "/network_cards/0/mac", Kind.TEXT),
                Map.entry(at + "/boot", Kind.OBJECT),
                Map.entry(at + "/boot/kernel", Kind.TEXT),
                Map.entry(at + "/boot/command_line", Kind.FREE),
                Map.entry(at + "/disks", Kind.LIST));
    }

    private static Map<String, Kind> with(
            Map<String, Kind> fields, String one, Kind ofOne, String other, Kind ofOther) {
        var all = new HashMap<>(fields);
        all.put(one, ofOne);
        all.put(other, ofOther);
        return all;
    }

    private static String call(String method, String args) {
        return "{\"method\": \"" + method + "\", \"_unique_id\": \"u\", \"version\": \"1.0\", \"args\": " + args + "}";
    }

    private Optional<String> define(byte[] document) throws IOException {
        Path file = Files.write(folder.resolve("definition.json"), document);
        String said = define.apply(file, api);
        return said.contains("the database does not answer") ? Optional.empty() : Optional.of(said);
    }

    private Optional<String> http(String path, byte[] document) throws IOException, InterruptedException {
        HttpResponse<String> answer = client.send(
                HttpRequest.newBuilder(URI.create(api + "/api/v1" + path))
                        .POST(HttpRequest.BodyPublishers.ofByteArray(document))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        JsonNode error = JsonMapper.shared().readTree(answer.body());
        return switch (answer.statusCode()) {
            case 503 -> Optional.empty();
            case 400, 404, 413 ->
                Optional.of(error.get("field").asString() + ": "
                        + error.get("message").asString());
            default -> throw new AssertionError(answer.statusCode() + " " + answer.body());
        };
    }

    private static Optional<String> bus(RpcApi topic, byte[] document) {
        try {
            RpcRequest request = OsloCodec.decodeRequest(document);
            Optional<RpcFailure> refusal = topic.refusal(request);
            if (refusal.isPresent()) {
                return Optional.of(refusal.get().message());
            }
            var command = topic.equals(RpcApi.WORKER) ? CommandCodec.worker(request) : CommandCodec.scheduler(request);
            return command.toString().isEmpty() ? Optional.of("no command") : Optional.empty();
        } catch (InvalidMessageException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }
}
