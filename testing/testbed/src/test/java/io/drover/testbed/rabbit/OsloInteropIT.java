package io.drover.testbed.rabbit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.abort;

import io.drover.messages.Failure;
import io.drover.messages.amqp.BrokerSupervisor;
import io.drover.messages.amqp.ConfirmedPublisher;
import io.drover.messages.amqp.QueueMode;
import io.drover.messages.amqp.RpcServer;
import io.drover.messages.bus.BusRights;
import io.drover.messages.bus.RpcOutcome;
import io.drover.messages.oslo.Notification;
import io.drover.messages.oslo.OsloCodec;
import io.drover.messages.oslo.RpcApi;
import io.drover.messages.oslo.RpcFailure;
import io.drover.messages.oslo.RpcRequest;
import io.drover.messages.time.Backoff;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Cloud controllers speak to Drover with Python's oslo.messaging: here the real one does. */
@ExtendWith(SharedRabbit.class)
class OsloInteropIT {
    private static final JsonMapper MAPPER = JsonMapper.shared();
    private static final String PYTHON = "/usr/bin/python3";
    private static final String HOST = "interop-host";
    private static final String VM = "5b0c1b2e-6c1f-4d0f-9d4a-0a4f5f6f7f80";
    private static final String MIGRATION = "0c9c7b1e-2f46-4c7e-8f5e-3b1d2c3e4f50";
    private static final long DEADLINE_S = 180;

    private final RecordingHandler worker =
            new RecordingHandler(request -> request.method().equals("stop_vm")
                    ? new RpcOutcome.Failed(RpcFailure.of(new Failure(Failure.Kind.REJECTED, "vm: is not here")))
                    : RpcOutcome.Answered.NOTHING);
    private final RecordingHandler scheduler = new RecordingHandler(OsloInteropIT::answer);

    private static RpcOutcome answer(RpcRequest request) {
        if (request.method().equals("cancel")) {
            workLongerThanTheCallersPatience();
        }
        return new RpcOutcome.Answered(MAPPER.createObjectNode()
                .put("id", request.args().path("migration").asString())
                .put("state", "queued"));
    }

    /** The point of this wait is its length: without heartbeats a caller with a patience of 2 s gives up within it. */
    private static void workLongerThanTheCallersPatience() {
        try {
            Thread.sleep(Duration.ofSeconds(5));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void theRealClientCastsCallsFailsAndListens(TestRabbit rabbit, @TempDir Path folder) throws Exception {
        requireOslo();
        var backoff = new Backoff(Duration.ofMillis(50), Duration.ofMillis(400), new Random(1));
        var publisher = new ConfirmedPublisher(Duration.ofSeconds(10));
        var parts = List.of(
                publisher,
                new RpcServer(RpcApi.WORKER, BusRights.DEFAULT, HOST, 10, backoff, worker),
                new RpcServer(RpcApi.SCHEDULER, BusRights.DEFAULT, "interop-scheduler", 10, backoff, scheduler));
        try (var supervisor = new BrokerSupervisor(
                        rabbit.config(QueueMode.QUORUM, SharedRabbit.SCHEDULER), "interop", backoff, parts)
                .start()) {
            await().atMost(Duration.ofSeconds(60)).until(supervisor::connected);
            // Before anybody listens: it waits in its queue.
            assertThat(publisher.publish("drover_fleet", "notifications.info", "n-1", OsloCodec.encode(notification())))
                    .isTrue();
            checkAnswers(run(rabbit, folder));
        }
        assertThat(worker.requests).extracting(RpcRequest::method).containsExactly("start_vm", "stop_vm");
        assertThat(worker.requests.getFirst().context().path("request_id").asString())
                .isEqualTo("req-1");
        assertThat(worker.requests.getFirst().replyTo()).isNull();
        assertThat(worker.rejected).isEmpty();
    }

    private static Notification notification() {
        ObjectNode payload =
                MAPPER.createObjectNode().put("migration", MIGRATION).put("state", "completed");
        return Notification.of(
                "3f1d3c5e-8f7a-4c55-9b59-000000000001",
                "drover.host1",
                "migration.completed",
                "INFO",
                payload,
                "2026-11-22 15:52:15.549057");
    }

    private static void checkAnswers(JsonNode said) {
        assertThat(said.has("cast") && said.has("end")).as("%s", said).isTrue();
        assertThat(said.path("call").path("result"))
                .isEqualTo(MAPPER.readTree("{\"id\":\"" + MIGRATION + "\",\"state\":\"queued\"}"));
        assertThat(said.path("watched call").path("result").path("state").asString(""))
                .isEqualTo("queued");
        assertThat(said.path("wrong argument").path("error").asString("")).startsWith("ValueError");
        assertThat(said.path("wrong argument").path("text").asString("")).contains("migration: ");
        assertThat(said.path("unknown method").path("error").asString("")).startsWith("NoSuchMethod");
        assertThat(said.path("unknown version").path("error").asString("")).startsWith("UnsupportedVersion");
        assertThat(said.path("refused").path("error").asString("")).isEqualTo("RemoteError");
        assertThat(said.path("refused").path("type").asString("")).isEqualTo("Rejected");
        assertThat(said.path("refused").path("text").asString("")).contains("vm: is not here");
        assertThat(said.path("ping").path("result").asString("")).isEqualTo("pong");
        assertThat(said.path("notification").path("event").asString("")).isEqualTo("migration.completed");
        assertThat(said.path("notification").path("payload").path("state").asString(""))
                .isEqualTo("completed");
    }

    private static ObjectNode run(TestRabbit rabbit, Path folder) throws Exception {
        Path script = Path.of("src/test/resources/oslo/controller.py").toAbsolutePath();
        Path output = folder.resolve("controller.out");
        Path errors = folder.resolve("controller.err");
        Process process = new ProcessBuilder(
                        PYTHON,
                        script.toString(),
                        Integer.toString(rabbit.port()),
                        SharedRabbit.CONTROLLER.name(),
                        SharedRabbit.CONTROLLER.password().replace(" ", "%20"),
                        HOST,
                        MIGRATION,
                        VM)
                .redirectOutput(output.toFile())
                .redirectError(errors.toFile())
                .start();
        try {
            assertThat(process.waitFor(DEADLINE_S, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        assertThat(process.exitValue()).as(Files.readString(errors)).isZero();
        ObjectNode said = MAPPER.createObjectNode();
        for (String line : Files.readAllLines(output)) {
            JsonNode step = MAPPER.readTree(line);
            said.set(step.path("step").asString(), step);
        }
        return said;
    }

    /** Without the Python packages the test is skipped on a developer's machine and fails in CI. */
    private static void requireOslo() throws IOException, InterruptedException {
        boolean there = Files.isExecutable(Path.of(PYTHON))
                && new ProcessBuilder(PYTHON, "-c", "import oslo_messaging, kombu")
                                .redirectErrorStream(true)
                                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                                .start()
                                .waitFor()
                        == 0;
        if (!there) {
            String missing = "Debian's python3-oslo.messaging is not installed for " + PYTHON;
            assertThat(System.getenv("CI")).as(missing).isNotEqualTo("true");
            abort(missing);
        }
    }
}
