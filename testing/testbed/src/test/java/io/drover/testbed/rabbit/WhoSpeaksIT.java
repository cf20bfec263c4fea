package io.drover.testbed.rabbit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.DefaultConsumer;
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
import io.drover.messages.bus.RejectedDelivery;
import io.drover.messages.bus.Routing;
import io.drover.messages.bus.Sender;
import io.drover.messages.oslo.OsloCodec;
import io.drover.messages.oslo.RpcApi;
import io.drover.messages.oslo.RpcRequest;
import io.drover.messages.time.Backoff;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Hosts good and evil, a scheduler and a controller, each as the user and with the permissions that are documented. */
@ExtendWith(SharedRabbit.class)
@Tag("attack")
class WhoSpeaksIT {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final String VM = "5b0c1b2e-6c1f-4d0f-9d4a-0a4f5f6f7f80";
    private static final String GOODS_QUEUE = "drover_worker.good";

    private final Backoff quick = new Backoff(Duration.ofMillis(50), Duration.ofMillis(400), new Random(1));
    private final RecordingHandler good = RecordingHandler.accepting();
    private final RecordingHandler scheduler = RecordingHandler.accepting();
    private final List<Sender> told = new CopyOnWriteArrayList<>();
    private final ConfirmedPublisher publisher = new ConfirmedPublisher(Duration.ofSeconds(10));
    private final TelemetryPublisher telemetry = new TelemetryPublisher();
    private final List<BrokerSupervisor> open = new ArrayList<>();

    @BeforeEach
    void start(TestRabbit rabbit) {
        start(
                rabbit,
                SharedRabbit.SCHEDULER,
                new RpcServer(RpcApi.SCHEDULER, BusRights.DEFAULT, "rights", 10, quick, scheduler),
                new TelemetryConsumer("rights", 100, quick, (sender, _) -> told.add(sender)),
                publisher);
        start(
                rabbit,
                SharedRabbit.GOOD,
                new RpcServer(RpcApi.WORKER, BusRights.DEFAULT, "good", 10, quick, good),
                telemetry);
    }

    private void start(TestRabbit rabbit, BrokerUser user, BrokerPart... parts) {
        var supervisor =
                new BrokerSupervisor(rabbit.config(QueueMode.QUORUM, user), user.name(), quick, List.of(parts)).start();
        open.add(supervisor);
        await("connected as " + user.name()).atMost(LONG).until(supervisor::connected);
    }

    @AfterEach
    void stop() {
        open.forEach(BrokerSupervisor::close);
    }

    private static String startVm(String uniqueId) {
        return startVm(uniqueId, null);
    }

    private static String startVm(String uniqueId, RpcRequest.@Nullable ReplyTo replyTo) {
        JsonMapper mapper = JsonMapper.shared();
        return OsloCodec.encode(new RpcRequest(
                "start_vm",
                (ObjectNode) mapper.readTree("{\"vm\":\"" + VM + "\"}"),
                "1.0",
                null,
                replyTo,
                uniqueId,
                mapper.createObjectNode()));
    }

    @Test
    @DisplayName("A6: a host's cast in another host's queue is refused and recorded, a scheduler's is taken")
    void aHostCommandsNobody(TestRabbit rabbit) throws Exception {
        try (Probe looking = new Probe(rabbit);
                Probe evil = new Probe(rabbit, SharedRabbit.TRUSTED)) {
            looking.channel.queuePurge(Routing.REJECTED_QUEUE);
            evil.send("", GOODS_QUEUE, new BasicProperties(), startVm("silent"));
            evil.send("", GOODS_QUEUE, startVm("in its own name"));
            evil.send("", "drover", startVm("to the schedulers"));
            await().atMost(LONG).untilAsserted(() -> {
                assertThat(good.rejected)
                        .extracting(RejectedDelivery::reason)
                        .hasSize(2)
                        .allMatch(reason -> reason.startsWith("sender: "))
                        .anyMatch(reason -> reason.contains("drover-host-trusted"));
                assertThat(scheduler.rejected).hasSize(1);
                assertThat(looking.depth(Routing.REJECTED_QUEUE))
                        .as("kept, by a worker with its own rights as well")
                        .isEqualTo(3);
            });
        }
        assertThat(publisher.publish("drover_fleet", GOODS_QUEUE, "m", startVm("by a scheduler")))
                .isTrue();
        await().atMost(LONG).untilAsserted(() -> assertThat(good.uniqueIds()).containsExactly("by a scheduler"));
        assertThat(scheduler.requests).isEmpty();
    }

    @Test
    @DisplayName(
            "A6: the broker refuses a host a false name, others' topics, others' queues and the controllers' exchange")
    void theBrokerHoldsAHostToItsPermissions(TestRabbit rabbit) throws Exception {
        refuses(rabbit, evil -> evil.send("", GOODS_QUEUE, named(SharedRabbit.SCHEDULER), startVm("x")));
        refuses(rabbit, evil -> evil.send("drover_fleet", GOODS_QUEUE, startVm("x")));
        refuses(rabbit, evil -> evil.send("drover_fleet", "load.good", "{}"));
        refuses(rabbit, evil -> evil.send("drover_controllers", "drover", startVm("x")));
        refuses(rabbit, evil -> evil.send("", GOODS_QUEUE, startVm("x")));
        refuses(rabbit, evil -> evil.send("", "drover", startVm("x")));
        for (String foreign : List.of(GOODS_QUEUE, "drover", Routing.REJECTED_QUEUE)) {
            refuses(rabbit, evil -> evil.channel.basicGet(foreign, false));
            refuses(rabbit, evil -> evil.channel.basicConsume(foreign, new DefaultConsumer(evil.channel)));
            refuses(rabbit, evil -> evil.channel.queuePurge(foreign));
            refuses(rabbit, evil -> evil.channel.queueDelete(foreign));
            refuses(rabbit, evil -> evil.channel.queueBind(foreign, "drover_fleet", "drover_worker.evil"));
            refuses(rabbit, evil -> evil.channel.queueUnbind(foreign, "drover_fleet", foreign));
        }
        refuses(rabbit, evil -> evil.channel.queueDeclare("drover_worker", true, false, false, null));
        refuses(rabbit, evil -> evil.channel.queueDeclare("drover_worker.evil2", true, false, false, null));
        refuses(rabbit, evil -> evil.channel.exchangeDeclare("drover_worker.x", "topic", true));
        refuses(rabbit, evil -> evil.channel.exchangeDeclare("drover_fleet", "topic", true));
        refuses(rabbit, evil -> evil.channel.exchangeDelete("drover_fleet"));
        refuses(rabbit, evil -> evil.channel.queueBind("drover_worker.evil", "drover_fleet", "#"));
        refuses(rabbit, evil -> evil.channel.queueBind("drover_worker.evil", "drover_controllers", "#"));
        assertThat(good.requests).isEmpty();
    }

    private interface Attempt {
        void make(Probe evil) throws Exception;
    }

    /** The broker closes the channel of whoever does what it may not. */
    private static void refuses(TestRabbit rabbit, Attempt attempt) throws Exception {
        try (Probe evil = new Probe(rabbit, SharedRabbit.EVIL)) {
            evil.channel.queueDeclare("drover_worker.evil", true, false, false, null);
            try {
                attempt.make(evil);
            } catch (IOException e) {
                // A synchronous one is told at once.
            }
            await().atMost(LONG).until(() -> !evil.channel.isOpen());
            assertThat(evil.channel.getCloseReason().getMessage()).containsAnyOf("403", "406");
        }
    }

    @Test
    @DisplayName("A worker may not answer calls by the documented rights: no caller ends its session by calling it")
    void aCallThatMayNotBeAnsweredHurtsNobody(TestRabbit rabbit) throws Exception {
        try (Probe nova = new Probe(rabbit, SharedRabbit.CONTROLLER)) {
            nova.channel.queueDeclare("reply_nova", false, false, true, null);
            for (int call = 0; call < 3; call++) {
                var to = new RpcRequest.ReplyTo("call " + call, "reply_nova", null);
                nova.send("drover_controllers", GOODS_QUEUE, new BasicProperties(), startVm("call " + call, to));
            }
            await().atMost(LONG)
                    .untilAsserted(() -> assertThat(good.uniqueIds()).containsExactly("call 0", "call 1", "call 2"));
            assertThat(open).allMatch(BrokerSupervisor::connected);
            nova.channel.queueDelete("reply_nova");
        }
    }

    @Test
    @DisplayName("A6: telemetry names the user that sent it")
    void telemetryNamesItsUser() {
        var report = new HostReport(
                new HostId("good"),
                Instant.parse("2026-11-22T12:00:00Z"),
                2,
                new HostReport.HostCapacity(4, 1, 2, 3),
                new HostReport.HostLoad(1, 2, 3, 4, 5),
                List.of());
        assertThat(telemetry.publish(report)).isTrue();
        await().atMost(LONG)
                .untilAsserted(
                        () -> assertThat(told).containsExactly(new Sender(SharedRabbit.GOOD.name(), "drover_fleet")));
    }

    @Test
    @DisplayName("A6: a controller commands by its own exchange, and by no other way")
    void aControllerHasItsExchange(TestRabbit rabbit) throws Exception {
        try (Probe nova = new Probe(rabbit, SharedRabbit.CONTROLLER)) {
            // As oslo.messaging does, without a user-id.
            nova.send("drover_controllers", GOODS_QUEUE, new BasicProperties(), startVm("by a controller"));
            await().atMost(LONG)
                    .untilAsserted(() -> assertThat(good.uniqueIds()).containsExactly("by a controller"));
            nova.send("", GOODS_QUEUE, startVm("straight"));
            await().atMost(LONG).until(() -> !nova.channel.isOpen());
        }
        assertThat(good.uniqueIds()).containsExactly("by a controller");
    }

    private static BasicProperties named(BrokerUser user) {
        return new BasicProperties.Builder().userId(user.name()).build();
    }
}
