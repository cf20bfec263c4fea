package io.drover.scheduler.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.messages.MigrationId;
import io.drover.scheduler.fakes.FakeFleet;
import io.drover.schema.memory.MemoryStores;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class WatchesTest {
    private final Core core = new Core();
    private final MigrationId id = new MigrationId(new UUID(5, 1));

    @Test
    void leasesWithoutAWorkerAreSeenAndNothingIsMoved() throws RefusedException {
        submit();
        var watch = new LeaseWatch(core.store);
        assertThat(watch.look()).isEmpty();

        var worker = MemoryStores.worker(core.database, FakeFleet.H1);
        assertThat(worker.claim(id, Duration.ofSeconds(30))).isPresent();
        core.clock.advance(Duration.ofSeconds(31));
        assertThat(watch.look()).extracting(view -> view.task().id()).containsExactly(id);

        assertThat(worker.renewLease(id, 1, Duration.ofSeconds(30))).isTrue();
        assertThat(watch.look()).isEmpty();
    }

    @Test
    void queuedTasksArePostedAgain() throws RefusedException {
        submit();
        var watch = new QueuedWatch(core.store, Duration.ofSeconds(60), core.meters);
        assertThat(core.store.relayOutbox(10, message -> true)).isPositive();
        assertThat(watch.look()).isEmpty();

        core.clock.advance(Duration.ofSeconds(60));
        assertThat(watch.look()).containsExactly(id);
        assertThat(core.meters.counter("drover.migrations.reposted").count()).isEqualTo(1);
    }

    private void submit() throws RefusedException {
        var ignored = core.requests.migrate(
                new MigrateRequest(id, "web-2", FakeFleet.H2, null, Map.of(), null, null, false, List.of(), "anna"));
    }
}
