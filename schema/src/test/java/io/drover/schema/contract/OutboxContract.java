package io.drover.schema.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.messages.HostId;
import io.drover.messages.InvalidMessageException;
import io.drover.messages.MigrationState;
import io.drover.messages.MigrationTask;
import io.drover.messages.VmDefinition;
import io.drover.messages.command.CommandCodec;
import io.drover.messages.command.WorkerCommand;
import io.drover.messages.json.DroverJson;
import io.drover.messages.oslo.OsloCodec;
import io.drover.messages.schemas.MessageSchemas;
import io.drover.schema.record.VmRecord;
import io.drover.schema.scheduler.FleetStatistics.Outbox;
import io.drover.schema.scheduler.SchedulerStore;
import io.drover.schema.scheduler.SchedulerStore.OutboxMessage;
import io.drover.schema.support.Samples;
import io.drover.schema.worker.WorkerStore;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What is posted, to whom, and that it is published once it is committed. */
@SuppressWarnings("NullAway.Init") // Set before each test.
public abstract class OutboxContract {
    private SchedulerStore store;
    private final VmDefinition definition = Samples.definition();
    private WorkerStore source;
    private WorkerStore destination;
    private MigrationTask task;

    protected abstract Stores stores();

    @BeforeEach
    void anEmptyOutbox() {
        store = stores().scheduler();
        source = registered("source");
        destination = registered("destination");
        store.defineVm(definition, source.host());
        task = Samples.task(definition.id(), source.host(), destination.host());
        drain();
        assertThat(store.relayOutbox(10, message -> true)).isZero();
    }

    @Test
    void aSubmissionPostsTheTaskToTheSourceAndANotification() throws InvalidMessageException {
        store.submit(task, "balancer", null);
        List<OutboxMessage> messages = drain();
        assertThat(messages).extracting(OutboxMessage::exchange).containsOnly("drover_fleet");
        assertThat(messages)
                .extracting(OutboxMessage::routingKey)
                .containsExactly("drover_worker." + source.host(), "notifications.info");
        JsonNode cast = inner(messages.getFirst());
        assertThat(cast.get("method").asString()).isEqualTo("migrate");
        assertThat(cast.get("version").asString()).isEqualTo("1.0");
        assertThat(cast.get("_unique_id").asString())
                .isEqualTo(messages.getFirst().messageId())
                .matches("[0-9a-f]{32}");
        assertThat(command(messages.getFirst())).isEqualTo(new WorkerCommand.Migrate(task));
        assertThat(cast.get("args")).isEqualTo(DroverJson.mapper().valueToTree(task));
    }

    @Test
    void whatIsNotSentIsCountedWithItsAge() {
        store.submit(task, "balancer", null);
        Outbox waiting = store.statistics().outbox();
        assertThat(waiting.messages()).isEqualTo(2);
        assertThat(waiting.age()).isBetween(Duration.ZERO, Duration.ofMinutes(1));
        assertThat(store.statistics().outbox().age()).isGreaterThan(waiting.age());
        drain();
        assertThat(store.statistics().outbox()).isEqualTo(new Outbox(0, Duration.ZERO));
    }

    @Test
    void eachTransitionIsANotification() throws InvalidMessageException {
        store.submit(task, "balancer", null);
        source.claim(task.id(), Duration.ofMinutes(1));
        source.transition(task.id(), 1, MigrationState.REJECTED, "no ".repeat(1000));
        List<OutboxMessage> messages = drain().stream()
                .filter(message -> message.routingKey().startsWith("notifications."))
                .toList();
        assertThat(messages)
                .extracting(message -> inner(message).get("event_type").asString())
                .containsExactly("migration.queued", "migration.preparing", "migration.rejected");
        for (OutboxMessage message : messages) {
            OsloCodec.decodeNotification(message.body().getBytes(StandardCharsets.UTF_8));
            MessageSchemas.migrationNotification().check(inner(message).get("payload"));
        }
        OutboxMessage last = messages.getLast();
        assertThat(last.routingKey()).isEqualTo("notifications.error");
        JsonNode notification = inner(last);
        assertThat(notification.get("priority").asString()).isEqualTo("ERROR");
        assertThat(notification.get("publisher_id").asString()).isEqualTo("drover." + source.host());
        assertThat(notification.get("timestamp").asString())
                .matches("\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d\\.\\d{6}");
        JsonNode payload = notification.get("payload");
        assertThat(payload.get("migration_id").asString()).isEqualTo(task.id().toString());
        assertThat(payload.get("vm_id").asString()).isEqualTo(definition.id().toString());
        assertThat(payload.get("vm_name").asString()).isEqualTo(definition.name());
        assertThat(payload.get("source").asString()).isEqualTo(source.host().value());
        assertThat(payload.get("destination").asString())
                .isEqualTo(destination.host().value());
        assertThat(payload.get("state").asString()).isEqualTo("rejected");
        assertThat(payload.get("previous_state").asString()).isEqualTo("preparing");
        assertThat(payload.get("attempt").asInt()).isEqualTo(1);
        assertThat(payload.get("reason").asString())
                .isEqualTo("no ".repeat(1000).substring(0, 1000));
        assertThat(payload.get("at").asString()).endsWith("Z");
        assertThat(inner(messages.getFirst()).get("payload").has("previous_state"))
                .isFalse();
        assertThat(inner(messages.getFirst()).get("publisher_id").asString()).isEqualTo("drover.scheduler");
    }

    @Test
    void aTaskCastStraightToItsWorkerIsNotCastAgain() {
        source.submit(task);
        assertThat(drain()).extracting(OutboxMessage::routingKey).containsExactly("notifications.info");
    }

    @Test
    void aCancelIsCastOnce() throws InvalidMessageException {
        source.submit(task);
        source.claim(task.id(), Duration.ofMinutes(1));
        drain();
        store.requestCancel(task.id(), "test");
        store.requestCancel(task.id(), "test");
        OutboxMessage message = only(drain());
        assertThat(message.routingKey()).isEqualTo("drover_worker." + source.host());
        assertThat(command(message)).isEqualTo(new WorkerCommand.Cancel(task.id()));
    }

    @Test
    void wantedPowerIsCastToTheOwner() throws InvalidMessageException {
        VmRecord wanted =
                store.wantPower(definition.id(), VmRecord.Power.RUNNING).orElseThrow();
        assertThat(wanted.wantedPower()).isEqualTo(VmRecord.Power.RUNNING);
        assertThat(wanted.power()).isEqualTo(VmRecord.Power.STOPPED);
        OutboxMessage start = only(drain());
        assertThat(start.routingKey()).isEqualTo("drover_worker." + source.host());
        assertThat(command(start)).isEqualTo(new WorkerCommand.StartVm(definition.id()));
        store.wantPower(definition.id(), VmRecord.Power.STOPPED);
        assertThat(command(only(drain()))).isEqualTo(new WorkerCommand.StopVm(definition.id()));
        assertThat(store.wantPower(Samples.definition().id(), VmRecord.Power.RUNNING))
                .isEmpty();
        assertThat(drain()).isEmpty();
    }

    @Test
    void aLimitStandsForTheWorkerAndIsCastToIt() throws InvalidMessageException {
        assertThat(source.linkLimit()).isEmpty();
        assertThat(store.limitLink(source.host(), 5_000_000L, "test")).isTrue();
        OutboxMessage message = only(drain());
        assertThat(message.routingKey()).isEqualTo("drover_worker." + source.host());
        assertThat(command(message)).isEqualTo(new WorkerCommand.ApplyLinkLimit());
        assertThat(source.linkLimit()).hasValue(5_000_000);
        assertThat(store.linkLimits())
                .anyMatch(limit -> limit.host().equals(source.host())
                        && Long.valueOf(5_000_000).equals(limit.limitBytesPerSecond()));
        assertThat(store.limitLink(source.host(), null, "test")).isTrue();
        assertThat(source.linkLimit()).isEmpty();
        assertThat(store.limitLink(new HostId("nowhere"), 5_000_000L, "test")).isFalse();
    }

    @Test
    void aFailedMessageIsCountedAndStandsBehindFreshOnes() {
        store.wantPower(definition.id(), VmRecord.Power.RUNNING);
        assertThat(store.relayOutbox(10, message -> false)).isZero();
        store.wantPower(definition.id(), VmRecord.Power.STOPPED);
        List<OutboxMessage> messages = drain();
        assertThat(messages)
                .extracting(message -> inner(message).get("method").asString())
                .containsExactly("stop_vm", "start_vm");
    }

    @Test
    void whatWasPublishedBeforeAFailureStaysSent() {
        store.wantPower(definition.id(), VmRecord.Power.RUNNING);
        store.wantPower(definition.id(), VmRecord.Power.STOPPED);
        var seen = new ArrayList<OutboxMessage>();
        assertThatThrownBy(() -> store.relayOutbox(10, message -> {
                    seen.add(message);
                    if (seen.size() == 2) {
                        throw new IllegalStateException("the channel is closed");
                    }
                    return true;
                }))
                .hasMessage("the channel is closed");
        assertThat(only(drain()).messageId()).isEqualTo(seen.getLast().messageId());
    }

    @Test
    void aQueuedMigrationIsPostedAgainButNotTwiceAtOnce() throws InvalidMessageException {
        store.submit(task, "balancer", null);
        // Its first cast is still here.
        assertThat(store.repostQueued(Duration.ZERO)).isEmpty();
        drain();
        assertThat(store.repostQueued(Duration.ofHours(1))).isEmpty();
        assertThat(store.repostQueued(Duration.ZERO)).containsExactly(task.id());
        assertThat(store.repostQueued(Duration.ZERO)).isEmpty();
        OutboxMessage message = only(drain());
        assertThat(command(message)).isEqualTo(new WorkerCommand.Migrate(task));
        source.claim(task.id(), Duration.ofMinutes(1));
        assertThat(store.repostQueued(Duration.ZERO)).isEmpty();
    }

    @Test
    void twoRelaysShareTheOutboxWithoutDuplicates() throws Exception {
        for (int i = 0; i < 20; i++) {
            store.wantPower(definition.id(), VmRecord.Power.RUNNING);
        }
        Queue<String> published = new ConcurrentLinkedQueue<>();
        var bothHoldRows = new CyclicBarrier(2);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var first =
                    threads.submit(() -> store.relayOutbox(10, message -> inStep(message, bothHoldRows, published)));
            var second =
                    threads.submit(() -> store.relayOutbox(10, message -> inStep(message, bothHoldRows, published)));
            assertThat(first.get(60, TimeUnit.SECONDS)).isEqualTo(10);
            assertThat(second.get(60, TimeUnit.SECONDS)).isEqualTo(10);
        }
        assertThat(published).hasSize(20).doesNotHaveDuplicates();
        assertThat(drain()).isEmpty();
    }

    /** Goes on when the other relay is at a row as well. */
    private static boolean inStep(OutboxMessage message, CyclicBarrier bothHoldRows, Queue<String> published) {
        published.add(message.messageId());
        try {
            bothHoldRows.await(30, TimeUnit.SECONDS);
            return true;
        } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
            throw new IllegalStateException("the other relay has no row", e);
        }
    }

    private List<OutboxMessage> drain() {
        var messages = new ArrayList<OutboxMessage>();
        store.relayOutbox(1000, messages::add);
        return messages;
    }

    private static OutboxMessage only(List<OutboxMessage> messages) {
        assertThat(messages).hasSize(1);
        return messages.getFirst();
    }

    /** As the worker that gets it reads it: envelope, version and arguments checked. */
    private static WorkerCommand command(OutboxMessage message) throws InvalidMessageException {
        return CommandCodec.worker(OsloCodec.decodeRequest(message.body().getBytes(StandardCharsets.UTF_8)));
    }

    private static JsonNode inner(OutboxMessage message) {
        JsonNode envelope = DroverJson.mapper().readTree(message.body());
        assertThat(envelope.get("oslo.version").asString()).isEqualTo("2.0");
        return DroverJson.mapper().readTree(envelope.get("oslo.message").asString());
    }

    private WorkerStore registered(String prefix) {
        HostId host = Samples.host(prefix);
        WorkerStore worker = stores().worker(host);
        worker.registerHost(Samples.FACTS);
        return worker;
    }
}
