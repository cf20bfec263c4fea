package io.drover.scheduler.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.scheduler.fakes.FakeFleet;
import io.drover.schema.record.VmRecord;
import io.drover.schema.scheduler.SchedulerStore.OutboxMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class OutboxRelayTest {
    private final Core core = new Core();
    private final List<String> published = new ArrayList<>();
    private boolean broker = true;
    private boolean routable = true;
    private final OutboxRelay relay = new OutboxRelay(core.store, this::publish, () -> broker, core.meters);

    @Test
    void relaysInBatchesWithoutWaitingWhileThereIsMore() {
        fill(120);

        assertThat(relay.relayOnce()).isZero();
        assertThat(relay.relayOnce()).isZero();
        assertThat(relay.relayOnce()).isEqualTo(Duration.ofMillis(20));

        assertThat(published).hasSize(120).doesNotHaveDuplicates();
        assertThat(core.meters.counter("drover.outbox.relayed").count()).isEqualTo(120);
    }

    @Test
    void waitsLongerWithEveryEmptyLookUpToABound() {
        List<Long> waits = IntStream.range(0, 8)
                .mapToObj(i -> relay.relayOnce().toMillis())
                .toList();

        assertThat(waits).containsExactly(40L, 80L, 160L, 320L, 500L, 500L, 500L, 500L);
        fill(1);
        assertThat(relay.relayOnce()).isEqualTo(Duration.ofMillis(20));
    }

    @Test
    void keepsWhatTheBrokerDidNotTake() {
        fill(2);
        routable = false;
        assertThat(relay.relayOnce()).isPositive();
        assertThat(unsent()).isEqualTo(2);

        routable = true;
        var ignored = relay.relayOnce();
        assertThat(unsent()).isZero();
    }

    @Test
    @Tag("attack")
    @DisplayName("A3: a defect over a message does not end the relay of all of them")
    void goesOnAfterADefect() {
        fill(1);
        var relay = new OutboxRelay(
                core.store,
                _ -> {
                    throw new IllegalStateException("a defect");
                },
                () -> true,
                core.meters);

        assertThat(relay.relayOnce()).isPositive();
        assertThat(unsent()).isEqualTo(1);
    }

    @Test
    void leavesTheOutboxAloneWhileTheBrokerIsAway() {
        fill(1);
        broker = false;
        int calls = core.line.calls;

        assertThat(relay.relayOnce()).isPositive();

        assertThat(core.line.calls).isEqualTo(calls);
        assertThat(published).isEmpty();
    }

    @Test
    void waitsForTheDatabase() {
        core.line.available = false;
        IntStream.range(0, 12).forEach(i -> assertThat(relay.relayOnce()).isPositive());
        assertThat(relay.relayOnce()).isEqualTo(Duration.ofSeconds(5));

        core.line.available = true;
        fill(1);
        assertThat(relay.relayOnce()).isEqualTo(Duration.ofMillis(20));
        assertThat(published).hasSize(1);
    }

    private boolean publish(OutboxMessage message) {
        if (routable) {
            published.add(message.messageId());
        }
        return routable;
    }

    private long unsent() {
        return core.database.outbox().rows().stream().filter(row -> !row.sent()).count();
    }

    private void fill(int count) {
        IntStream.range(0, count).forEach(i -> core.store.wantPower(FakeFleet.WEB_1, VmRecord.Power.RUNNING));
    }
}
