package io.drover.testbed.rabbit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.GetResponse;
import io.drover.messages.HostId;
import io.drover.messages.HostReport;
import io.drover.messages.amqp.BrokerPart;
import io.drover.messages.amqp.BrokerSupervisor;
import io.drover.messages.amqp.ConfirmedPublisher;
import io.drover.messages.amqp.QueueMode;
import io.drover.messages.amqp.RpcServer;
import io.drover.messages.amqp.TelemetryConsumer;
import io.drover.messages.amqp.TelemetryPublisher;
import io.drover.messages.bus.BusRights;
import io.drover.messages.bus.RpcOutcome;
import io.drover.messages.oslo.OsloCodec;
import io.drover.messages.oslo.RpcApi;
import io.drover.messages.oslo.RpcFailure;
import io.drover.messages.oslo.RpcReply;
import io.drover.messages.oslo.RpcRequest;
import io.drover.messages.time.Backoff;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/** Everything of messages.amqp against a real broker. */
@ExtendWith(SharedRabbit.class)
class BrokerIT {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final String VM = "5b0c1b2e-6c1f-4d0f-9d4a-0a4f5f6f7f80";
    private static final BusRights GUEST = new BusRights(true, Set.of("guest"), "{host}");
    private static final String REJECTED = "drover.rejected";

    private final Backoff quick = new Backoff(Duration.ofMillis(50), Duration.ofMillis(400), new Random(1));
    /** A new one for each test: queues outlive their test. */
    private final String host = "h" + UUID.randomUUID().toString().substring(0, 8);

    private final String queue = "drover_worker." + host;
    private final ConfirmedPublisher publisher = new ConfirmedPublisher(Duration.ofSeconds(10));

    private BrokerSupervisor start(TestRabbit rabbit, QueueMode mode, BrokerPart... parts) {
        var supervisor = new BrokerSupervisor(rabbit.config(mode), "test", quick, List.of(parts)).start();
        await("connected").atMost(LONG).until(supervisor::connected);
        return supervisor;
    }

    private BrokerSupervisor start(TestRabbit rabbit, QueueMode mode, RecordingHandler handler) {
        return start(rabbit, mode, worker(handler), publisher);
    }

    private RpcServer worker(RecordingHandler handler) {
        return new RpcServer(RpcApi.WORKER, GUEST, host, 10, quick, handler);
    }

    private static String startVm(String uniqueId, RpcRequest.@Nullable ReplyTo replyTo) {
        return request("start_vm", "{\"vm\":\"" + VM + "\"}", "1.0", uniqueId, replyTo);
    }

    private static String request(
            String method, String args, String version, String uniqueId, RpcRequest.@Nullable ReplyTo replyTo) {
        JsonMapper mapper = JsonMapper.shared();
        return OsloCodec.encode(new RpcRequest(
                method,
                (ObjectNode) mapper.readTree(args),
                version,
                null,
                replyTo,
                uniqueId,
                mapper.createObjectNode()));
    }

    private boolean publish(String uniqueId) {
        return publisher.publish("drover_fleet", queue, uniqueId, startVm(uniqueId, null));
    }

    @ParameterizedTest
    @EnumSource(QueueMode.class)
    void aCastArrivesInEveryKindOfQueue(QueueMode mode, TestRabbit rabbit) throws Exception {
        var handler = RecordingHandler.accepting();
        try (BrokerSupervisor ignored = start(rabbit, mode, handler);
                Probe probe = new Probe(rabbit)) {
            assertThat(ignored.connected()).isTrue();
            assertThat(publish("one")).isTrue();
            await().atMost(LONG)
                    .untilAsserted(() -> assertThat(handler.uniqueIds()).containsExactly("one"));
            assertThat(handler.requests.getFirst().args().get("vm")).isEqualTo(StringNode.valueOf(VM));
            assertThat(declaredArguments(probe, mode)).isTrue();
        }
    }

    /** Declaring it again with the same arguments succeeds, with others it fails: so these are the arguments. */
    private boolean declaredArguments(Probe probe, QueueMode mode) throws IOException {
        Map<String, Object> arguments = mode == QueueMode.QUORUM
                ? Map.of(
                        "x-queue-type",
                        "quorum",
                        "x-dead-letter-exchange",
                        "drover_fleet",
                        "x-dead-letter-routing-key",
                        REJECTED)
                : Map.of("x-dead-letter-exchange", "drover_fleet", "x-dead-letter-routing-key", REJECTED);
        probe.channel.queueDeclare(queue, mode != QueueMode.CLASSIC_TRANSIENT, false, false, arguments);
        return true;
    }

    @Test
    void aMessageThatNoQueueTakesIsAFailure(TestRabbit rabbit) {
        try (BrokerSupervisor supervisor = start(rabbit, QueueMode.QUORUM, publisher)) {
            assertThat(publisher.publish("drover_fleet", "drover_worker.nobody", "m", "{}"))
                    .isFalse();
            assertThat(publisher.publish("drover_fleet", "notifications.error", "m", "{}"))
                    .isTrue();
            // The channel is as good as before.
            assertThat(publisher.publish("drover_fleet", "notifications.info", "m", "{}"))
                    .isTrue();
            assertThat(supervisor.connected()).isTrue();
        }
    }

    @Test
    void publishingWhileTheBrokerIsAwayIsAFailureAndNotAnError(TestRabbit rabbit) throws Exception {
        var handler = RecordingHandler.accepting();
        try (BrokerSupervisor supervisor = start(rabbit, QueueMode.QUORUM, handler)) {
            assertThat(publish("before")).isTrue();
            rabbit.stopNode();
            try {
                await().atMost(LONG).until(() -> !supervisor.connected());
                assertThat(publish("during")).isFalse();
            } finally {
                rabbit.startNode();
            }
            await().atMost(LONG).until(supervisor::connected);
            assertThat(publish("after")).isTrue();
            // An acknowledgement on its way when the broker goes is lost: what was delivered may come again.
            await().atMost(LONG)
                    .untilAsserted(() ->
                            assertThat(new LinkedHashSet<>(handler.uniqueIds())).containsExactly("before", "after"));
        }
    }

    @Test
    void aBrokerThatIsAwayAtTheStartIsWaitedFor(TestRabbit rabbit) throws Exception {
        var handler = RecordingHandler.accepting();
        rabbit.stopNode();
        try (var warnings = new Warnings(BrokerSupervisor.class);
                var supervisor = new BrokerSupervisor(
                                rabbit.config(QueueMode.QUORUM), "test", quick, List.of(worker(handler), publisher))
                        .start()) {
            try {
                await().atMost(LONG).until(() -> warnings.texts().size() >= 1);
                assertThat(supervisor.connected()).isFalse();
            } finally {
                // Takes seconds, so many tries of the supervisor.
                rabbit.startNode();
            }
            await().atMost(LONG).until(supervisor::connected);
            assertThat(warnings.texts()).singleElement().asString().contains(":" + rabbit.port(), "is away");
            assertThat(publish("late")).isTrue();
            await().atMost(LONG)
                    .untilAsserted(() -> assertThat(handler.uniqueIds()).containsExactly("late"));
        }
    }

    @Test
    void aMessageIsHeldWhileTheDatabaseIsAwayAndSurvivesARestartOfTheBroker(TestRabbit rabbit) throws Exception {
        var handler = RecordingHandler.accepting();
        handler.databaseAway = true;
        try (BrokerSupervisor supervisor = start(rabbit, QueueMode.QUORUM, handler)) {
            assertThat(publish("first")).isTrue();
            assertThat(publish("second")).isTrue();
            await().atMost(LONG).until(() -> handler.heldTimes.get() >= 3);
            rabbit.stopNode();
            rabbit.startNode();
            await().atMost(LONG).until(supervisor::connected);
            int before = handler.heldTimes.get();
            await().atMost(LONG).until(() -> handler.heldTimes.get() > before);
            assertThat(handler.requests).isEmpty();
            handler.databaseAway = false;
            await().atMost(LONG)
                    .untilAsserted(() -> assertThat(handler.uniqueIds()).containsExactly("first", "second"));
        }
        try (Probe probe = new Probe(rabbit)) {
            assertThat(probe.depth(queue)).as("acknowledged").isZero();
        }
    }

    @Test
    void aMessageNobodyAcknowledgedIsDeliveredAgain(TestRabbit rabbit) {
        var handler = RecordingHandler.accepting();
        handler.databaseAway = true;
        try (BrokerSupervisor ignored = start(rabbit, QueueMode.QUORUM, handler)) {
            assertThat(ignored.connected()).isTrue();
            assertThat(publish("kept")).isTrue();
            await().atMost(LONG).until(() -> handler.heldTimes.get() >= 1);
        }
        var next = RecordingHandler.accepting();
        try (BrokerSupervisor ignored = start(rabbit, QueueMode.QUORUM, next)) {
            assertThat(ignored.connected()).isTrue();
            await().atMost(LONG)
                    .untilAsserted(() -> assertThat(next.uniqueIds()).containsExactly("kept"));
        }
    }

    @Test
    void aDeletedQueueIsMadeAgainAndConsumed(TestRabbit rabbit) throws Exception {
        var handler = RecordingHandler.accepting();
        try (BrokerSupervisor ignored = start(rabbit, QueueMode.QUORUM, handler);
                Probe probe = new Probe(rabbit)) {
            assertThat(ignored.connected()).isTrue();
            probe.channel.queueDelete(queue);
            await().atMost(LONG).until(() -> publish("again"));
            await().atMost(LONG)
                    .untilAsserted(() -> assertThat(handler.uniqueIds()).contains("again"));
        }
    }

    @Test
    void whatCannotBeUnderstoodIsRecordedAndKeptWithItsReason(TestRabbit rabbit) throws Exception {
        var handler = RecordingHandler.accepting();
        try (BrokerSupervisor ignored = start(rabbit, QueueMode.QUORUM, handler);
                Probe probe = new Probe(rabbit)) {
            probe.channel.queuePurge(REJECTED);
            assertThat(ignored.connected()).isTrue();
            Map<String, String> reasons = Map.of(
                    "{\"method\":",
                    "body: ",
                    request("start_vm", "{\"vm\":\"x\"}", "1.0", "u", null),
                    "vm: ",
                    request("reboot", "{}", "1.0", "u", null),
                    "Endpoint does not support RPC method reboot",
                    request("start_vm", "{}", "9.0", "u", null),
                    "Endpoint does not support RPC version 9.0");
            for (Map.Entry<String, String> bad : reasons.entrySet()) {
                handler.rejected.clear();
                probe.send("drover_fleet", queue, bad.getKey());
                GetResponse kept = probe.take(REJECTED);
                assertThat(new String(kept.getBody(), StandardCharsets.UTF_8)).isEqualTo(bad.getKey());
                assertThat(reason(kept)).startsWith(bad.getValue());
                assertThat(kept.getProps().getHeaders().get("x-drover-queue")).hasToString(queue);
                assertThat(handler.rejected).hasSize(1);
                assertThat(handler.rejected.getFirst().reason()).startsWith(bad.getValue());
                assertThat(handler.rejected.getFirst().body()).isEqualTo(bad.getKey());
            }
            assertThat(handler.requests).isEmpty();
            assertThat(publish("good")).isTrue();
            await().atMost(LONG)
                    .untilAsserted(() -> assertThat(handler.uniqueIds()).containsExactly("good"));
        }
    }

    @Test
    void aHandlersRefusalAndADefectRejectACast(TestRabbit rabbit) throws Exception {
        var handler = new RecordingHandler(request -> {
            if (request.uniqueId().equals("defect")) {
                throw new IllegalStateException("broken invariant");
            }
            return new RpcOutcome.Failed(RpcFailure.invalidArgument("vm: unknown"));
        });
        try (BrokerSupervisor ignored = start(rabbit, QueueMode.QUORUM, handler);
                Probe probe = new Probe(rabbit)) {
            probe.channel.queuePurge(REJECTED);
            assertThat(ignored.connected()).isTrue();
            assertThat(publish("refused")).isTrue();
            assertThat(reason(probe.take(REJECTED))).isEqualTo("vm: unknown");
            assertThat(publish("defect")).isTrue();
            assertThat(reason(probe.take(REJECTED))).contains("broken invariant");
        }
    }

    private static String reason(GetResponse message) {
        return String.valueOf(message.getProps().getHeaders().get("x-drover-reason"));
    }

    @Test
    void aCallIsAnswered(TestRabbit rabbit) throws Exception {
        var handler = new RecordingHandler(request -> new RpcOutcome.Answered(StringNode.valueOf("started")));
        try (BrokerSupervisor ignored = start(rabbit, QueueMode.QUORUM, handler);
                Probe probe = new Probe(rabbit)) {
            assertThat(ignored.connected()).isTrue();
            String replies = probe.replyQueue();
            var to = new RpcRequest.ReplyTo("call-1", replies, null);
            assertThat(publisher.publish("drover_fleet", queue, "u", startVm("u", to)))
                    .isTrue();
            RpcReply reply = reply(probe, replies);
            assertThat(reply.messageId()).isEqualTo("call-1");
            assertThat(reply.result()).isEqualTo(StringNode.valueOf("started"));
            assertThat(reply.failure()).isNull();
            assertThat(reply.ending()).isTrue();
        }
    }

    private static RpcReply reply(Probe probe, String queue) throws Exception {
        GetResponse message = probe.take(queue);
        assertThat(message.getProps().getContentType()).isEqualTo("application/json");
        return OsloCodec.decodeReply(message.getBody());
    }

    @Test
    void aRefusedCallIsAnsweredAndNotRejected(TestRabbit rabbit) throws Exception {
        var handler = RecordingHandler.accepting();
        try (BrokerSupervisor ignored = start(rabbit, QueueMode.QUORUM, handler);
                Probe probe = new Probe(rabbit)) {
            probe.channel.queuePurge(REJECTED);
            assertThat(ignored.connected()).isTrue();
            String replies = probe.replyQueue();
            var to = new RpcRequest.ReplyTo("call-1", replies, null);
            assertThat(failureClass(probe, replies, request("start_vm", "{}", "1.0", "u", to)))
                    .isEqualTo("ValueError");
            assertThat(failureClass(probe, replies, request("reboot", "{}", "1.0", "u", to)))
                    .isEqualTo("NoSuchMethod");
            assertThat(failureClass(probe, replies, request("start_vm", "{}", "1.1", "u", to)))
                    .isEqualTo("UnsupportedVersion");
            assertThat(handler.rejected).isEmpty();
            assertThat(probe.depth(REJECTED)).isZero();
        }
    }

    private String failureClass(Probe probe, String replies, String body) throws Exception {
        probe.send("drover_fleet", queue, body);
        RpcFailure failure = reply(probe, replies).failure();
        return failure == null ? "none" : failure.className();
    }

    @Test
    void aPingIsAnswered(TestRabbit rabbit) throws Exception {
        try (BrokerSupervisor ignored = start(rabbit, QueueMode.QUORUM, RecordingHandler.accepting());
                Probe probe = new Probe(rabbit)) {
            assertThat(ignored.connected()).isTrue();
            String replies = probe.replyQueue();
            var to = new RpcRequest.ReplyTo("ping", replies, null);
            probe.send("drover_fleet", queue, request("oslo_rpc_server_ping", "{}", "1.0", "u", to));
            assertThat(reply(probe, replies).result()).isEqualTo(StringNode.valueOf("pong"));
        }
    }

    @Test
    void onlyACallerThatWatchesGetsHeartbeats(TestRabbit rabbit) throws Exception {
        var release = new CountDownLatch(1);
        var handler = new RecordingHandler(request -> {
            try {
                assertThat(release.await(60, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return RpcOutcome.Answered.NOTHING;
        });
        try (BrokerSupervisor ignored = start(rabbit, QueueMode.QUORUM, handler);
                Probe probe = new Probe(rabbit)) {
            assertThat(ignored.connected()).isTrue();
            String watching = probe.replyQueue();
            String unwatching = probe.replyQueue();
            probe.send("drover_fleet", queue, startVm("u1", new RpcRequest.ReplyTo("watched", watching, 2.0)));
            RpcReply heartbeat = reply(probe, watching);
            assertThat(heartbeat.ending()).isFalse();
            assertThat(heartbeat.messageId()).isEqualTo("watched");
            assertThat(reply(probe, watching).ending()).as("a second one").isFalse();
            probe.send("drover_fleet", queue, startVm("u2", new RpcRequest.ReplyTo("blind", unwatching, null)));
            release.countDown();
            assertThat(reply(probe, unwatching).ending()).isTrue();
            assertThat(probe.depth(unwatching)).isZero();
        }
    }

    @Test
    void aCallerThatIsGoneStopsNobody(TestRabbit rabbit) {
        var handler = RecordingHandler.accepting();
        try (BrokerSupervisor supervisor = start(rabbit, QueueMode.QUORUM, handler)) {
            var nowhere = new RpcRequest.ReplyTo("call", "reply_of_nobody", null);
            assertThat(publisher.publish("drover_fleet", queue, "u", startVm("u", nowhere)))
                    .isTrue();
            assertThat(publish("next")).isTrue();
            await().atMost(LONG)
                    .untilAsserted(() -> assertThat(handler.uniqueIds()).containsExactly("u", "next"));
            assertThat(supervisor.connected()).isTrue();
        }
    }

    @Test
    void telemetryReachesEveryReader(TestRabbit rabbit) throws Exception {
        List<HostReport> first = new CopyOnWriteArrayList<>();
        List<HostReport> second = new CopyOnWriteArrayList<>();
        var telemetry = new TelemetryPublisher();
        var report = new HostReport(
                new HostId(host),
                Instant.parse("2026-11-22T12:00:00Z"),
                2,
                new HostReport.HostCapacity(4, 1, 2, 3),
                new HostReport.HostLoad(1, 2, 3, 4, 5),
                List.of());
        assertThat(telemetry.publish(report)).as("before any session").isFalse();
        try (BrokerSupervisor ignored = start(
                        rabbit,
                        QueueMode.QUORUM,
                        telemetry,
                        new TelemetryConsumer("a", 100, quick, (_, told) -> first.add(told)),
                        new TelemetryConsumer("b", 100, quick, (_, told) -> second.add(told)));
                Probe probe = new Probe(rabbit)) {
            assertThat(ignored.connected()).isTrue();
            probe.send("drover_fleet", "load." + host, "{\"host\":\"no report\"}");
            assertThat(telemetry.publish(report)).isTrue();
            await().atMost(LONG).untilAsserted(() -> {
                assertThat(first).containsExactly(report);
                assertThat(second).containsExactly(report);
            });
        }
    }
}
