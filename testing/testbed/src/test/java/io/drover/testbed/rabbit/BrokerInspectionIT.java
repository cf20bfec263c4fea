package io.drover.testbed.rabbit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.messages.HostId;
import io.drover.messages.amqp.BrokerConfig;
import io.drover.messages.amqp.BrokerInspection;
import io.drover.messages.amqp.BrokerInspection.Right;
import io.drover.messages.amqp.QueueMode;
import io.drover.messages.bus.Routing;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What doctor asks of a broker, with the documented rights and with others; nothing is left behind. */
@ExtendWith(SharedRabbit.class)
class BrokerInspectionIT {
    private static final HostId GOOD = new HostId("good");

    private static BrokerInspection open(TestRabbit rabbit, BrokerUser user) throws IOException {
        return BrokerInspection.open(rabbit.config(QueueMode.QUORUM, user));
    }

    /** As a scheduler does, which comes before the workers. */
    @BeforeEach
    void prepare(TestRabbit rabbit) throws Exception {
        try (Probe scheduler = new Probe(rabbit)) {
            for (String exchange : List.of(Routing.EXCHANGE, Routing.CONTROLLERS_EXCHANGE)) {
                scheduler.channel.exchangeDeclare(exchange, "topic", true);
            }
        }
    }

    @Test
    void theDocumentedRightsAreEnoughAndNothingIsPublished(TestRabbit rabbit) throws Exception {
        try (Probe looking = new Probe(rabbit);
                BrokerInspection worker = open(rabbit, SharedRabbit.GOOD);
                BrokerInspection scheduler = open(rabbit, SharedRabbit.SCHEDULER)) {
            String heard = looking.channel.queueDeclare().getQueue();
            looking.channel.queueBind(heard, Routing.EXCHANGE, "#");
            assertThat(worker.server()).startsWith("RabbitMQ 3.");
            assertThat(worker.isPrepared()).isTrue();
            assertThat(worker.ofWorker(GOOD)).hasSize(4).allMatch(right -> right.problem() == null);
            assertThat(scheduler.ofScheduler()).hasSize(2).allMatch(right -> right.problem() == null);
            // What follows on the same channel is behind all that could have come.
            looking.channel.basicPublish(Routing.EXCHANGE, "last", null, new byte[] {1});
            assertThat(looking.depth(heard)).isLessThanOrEqualTo(1);
            assertThat(looking.channel.basicGet(heard, true).getEnvelope().getRoutingKey())
                    .isEqualTo("last");
        }
    }

    @Test
    void everyRightThatLacksIsNamedInTheBrokersWords(TestRabbit rabbit) throws Exception {
        try (BrokerInspection evil = open(rabbit, SharedRabbit.EVIL);
                BrokerInspection trusted = open(rabbit, SharedRabbit.TRUSTED);
                BrokerInspection controller = open(rabbit, SharedRabbit.CONTROLLER)) {
            assertThat(evil.ofWorker(GOOD))
                    .filteredOn(right -> right.problem() != null)
                    .extracting(Right::problem)
                    .anySatisfy(problem -> assertThat(problem).contains("ACCESS_REFUSED", "queue 'drover_worker.good'"))
                    .anySatisfy(problem -> assertThat(problem).contains("ACCESS_REFUSED", "load.good"));
            assertThat(trusted.ofWorker(new HostId("evil")))
                    .anySatisfy(right -> assertThat(right.problem()).contains("ACCESS_REFUSED"));
            assertThat(controller.ofScheduler())
                    .allSatisfy(right -> assertThat(right.problem()).contains("ACCESS_REFUSED"));
        } finally {
            // Others make it in another way.
            try (Probe tidying = new Probe(rabbit)) {
                var _ = tidying.channel.queueDelete("drover_worker.evil");
            }
        }
    }

    @Test
    void aWrongPasswordIsToldInTheBrokersWords(TestRabbit rabbit) {
        BrokerConfig right = rabbit.config(QueueMode.QUORUM, SharedRabbit.GOOD);
        var wrong = new BrokerConfig(
                right.host(), right.port(), right.virtualHost(), right.user(), "wrong", QueueMode.QUORUM);
        assertThatThrownBy(() -> BrokerInspection.open(wrong)).hasMessageContaining("ACCESS_REFUSED");
        var otherVhost = new BrokerConfig(
                right.host(), right.port(), "elsewhere", right.user(), right.password(), QueueMode.QUORUM);
        assertThatThrownBy(() -> BrokerInspection.open(otherVhost)).hasMessageContaining("NOT_ALLOWED");
        var away = new BrokerConfig("127.0.0.1", 1, "/", right.user(), right.password(), QueueMode.QUORUM);
        assertThatThrownBy(() -> BrokerInspection.open(away)).hasMessageContaining("Connection refused");
    }
}
