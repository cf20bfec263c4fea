package io.drover.testbed.rabbit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.GetResponse;
import io.drover.messages.HostId;
import io.drover.messages.HostReport;
import io.drover.messages.amqp.BrokerProbe;
import io.drover.messages.amqp.BrokerSupervisor;
import io.drover.messages.amqp.ConfirmedPublisher;
import io.drover.messages.amqp.QueueMode;
import io.drover.messages.amqp.RpcServer;
import io.drover.messages.amqp.TelemetryPublisher;
import io.drover.messages.bus.BusRights;
import io.drover.messages.bus.RpcOutcome;
import io.drover.messages.oslo.OsloCodec;
import io.drover.messages.oslo.RpcApi;
import io.drover.messages.oslo.RpcRequest;
import io.drover.messages.oslo.RpcRequest.ReplyTo;
import io.drover.messages.time.Backoff;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.StringNode;

/** Callers that are gone, and a broker that takes no messages. */
@ExtendWith(SharedRabbit.class)
@Tag("attack")
class BrokerTroubleIT {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final int GONE = 60;
    /** What a try for each of them a quarter of a second apart would take is three times as long. */
    private static final Duration PROMPT = Duration.ofSeconds(20);

    private final Backoff quick = new Backoff(Duration.ofMillis(50), Duration.ofMillis(400), new Random(1));
    private final ConfirmedPublisher publisher = new ConfirmedPublisher(Duration.ofSeconds(10));

    private static String getMigration(String uniqueId, ReplyTo to) {
        JsonMapper mapper = JsonMapper.shared();
        var args = mapper.createObjectNode().put("migration", "0c9c7b1e-2f46-4c7e-8f5e-3b1d2c3e4f50");
        return OsloCodec.encode(
                new RpcRequest("get_migration", args, "1.0", null, to, uniqueId, mapper.createObjectNode()));
    }

    @Test
    @DisplayName("F8: sixty calls whose callers are gone do not hold up the next one")
    void callersThatAreGoneHoldUpNobody(TestRabbit rabbit) throws Exception {
        var handler = new RecordingHandler(_ -> new RpcOutcome.Answered(StringNode.valueOf("queued")));
        var server = new RpcServer(RpcApi.SCHEDULER, BusRights.DEFAULT, "gone", 10, quick, handler);
        try (var supervisor = new BrokerSupervisor(
                                rabbit.config(QueueMode.QUORUM, SharedRabbit.SCHEDULER),
                                "gone",
                                quick,
                                List.of(server, publisher))
                        .start();
                Probe probe = new Probe(rabbit)) {
            await().atMost(LONG).until(supervisor::connected);
            for (int call = 0; call < GONE; call++) {
                var nobody = new ReplyTo("call-" + call, "reply_" + UUID.randomUUID(), null);
                assertThat(publisher.publish(
                                "drover_fleet", "drover", "gone-" + call, getMigration("gone-" + call, nobody)))
                        .isTrue();
            }
            String replies = probe.replyQueue();
            assertThat(publisher.publish(
                            "drover_fleet", "drover", "good", getMigration("good", new ReplyTo("good", replies, null))))
                    .isTrue();
            GetResponse answer = await().atMost(PROMPT)
                    .until(() -> Optional.ofNullable(probe.channel.basicGet(replies, true)), Optional::isPresent)
                    .orElseThrow();
            assertThat(OsloCodec.decodeReply(answer.getBody()).result()).isEqualTo(StringNode.valueOf("queued"));
            assertThat(handler.requests).hasSize(GONE + 1);
        }
    }

    @Test
    @DisplayName("F15: an alarm of the broker is told in its own words, once, and ends no connection")
    void anAlarmIsTold(TestRabbit rabbit) throws Exception {
        var probe = new BrokerProbe();
        var telemetry = new TelemetryPublisher();
        try (var warnings = new Warnings(BrokerSupervisor.class);
                var supervisor = new BrokerSupervisor(
                                rabbit.config(QueueMode.QUORUM), "alarmed", quick, List.of(publisher, probe, telemetry))
                        .start()) {
            await().atMost(LONG).until(supervisor::connected);
            assertThat(probe.trouble()).isEmpty();
            assertThat(supervisor.trouble()).isEmpty();
            rabbit.control("set_vm_memory_high_watermark", "absolute", "1MB");
            try {
                // The broker says so to a connection that publishes.
                await().atMost(LONG)
                        .until(() -> probe.trouble().isPresent()
                                && supervisor.trouble().isPresent());
                assertThat(supervisor.trouble().orElseThrow()).contains("takes no messages", "memory");
                assertThat(publisher.publish("drover_fleet", "notifications.info", "m", "{}"))
                        .isFalse();
                assertThat(telemetry.publish(report())).isFalse();
                assertThat(supervisor.connected()).isTrue();
            } finally {
                rabbit.control("set_vm_memory_high_watermark", "absolute", "400MB");
            }
            await().atMost(LONG).until(() -> supervisor.trouble().isEmpty());
            assertThat(publisher.publish("drover_fleet", "notifications.info", "m", "{}"))
                    .isTrue();
            assertThat(telemetry.publish(report())).isTrue();
            assertThat(probe.trouble()).isEmpty();
            assertThat(warnings.texts()).singleElement().asString().contains("takes no messages", "memory");
        }
    }

    private static HostReport report() {
        return new HostReport(
                new HostId("good"),
                Instant.parse("2026-11-22T12:00:00Z"),
                2,
                new HostReport.HostCapacity(4, 1, 2, 3),
                new HostReport.HostLoad(1, 2, 3, 4, 5),
                List.of());
    }
}
