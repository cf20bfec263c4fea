package io.drover.schema.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.messages.HostId;
import io.drover.messages.VmDefinition;
import io.drover.schema.FencedException;
import io.drover.schema.record.VmRecord;
import io.drover.schema.scheduler.SchedulerStore.WorkerSession;
import io.drover.schema.support.Samples;
import io.drover.schema.worker.SessionAnswer;
import io.drover.schema.worker.SessionAnswer.Opened;
import io.drover.schema.worker.WorkerIdentity;
import io.drover.schema.worker.WorkerStore;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** One living worker speaks for a host. */
@Tag("attack")
public abstract class SessionContract {
    private static final WorkerIdentity FIRST = Samples.IDENTITY;
    private static final WorkerIdentity COPIED_FOLDER =
            new WorkerIdentity(FIRST.machineId(), FIRST.bootId(), "/srv/copy (inode 8)", "127.0.21.9:7000");
    private static final WorkerIdentity OTHER_MACHINE =
            new WorkerIdentity("another", "its boot", FIRST.stateFolder(), "10.0.0.2:7000");
    private static final WorkerIdentity AFTER_BOOT =
            new WorkerIdentity(FIRST.machineId(), "next boot", FIRST.stateFolder(), FIRST.address());

    private final HostId host = Samples.host("host");

    protected abstract Stores stores();

    /** A process of its own, as far as the database can tell; its session is not opened. */
    protected abstract WorkerStore process(HostId worker);

    /** Nothing was heard of the host's worker for more than half a minute. */
    protected abstract void keepSilent(HostId worker);

    @Test
    @DisplayName("F1: a copied state folder, another machine or a second worker is refused, both named")
    void aSecondWorkerIsRefused() {
        WorkerStore first = worker(FIRST);
        for (WorkerIdentity second : List.of(COPIED_FOLDER, OTHER_MACHINE)) {
            WorkerStore refused = worker();
            assertThat(refused.openSession(second))
                    .isInstanceOfSatisfying(
                            SessionAnswer.Other.class,
                            other -> assertThat(other.holder())
                                    .contains(FIRST.machineId(), FIRST.stateFolder(), FIRST.address()));
            assertThatThrownBy(refused::ownedVms).isInstanceOf(FencedException.class);
        }
        first.registerHost(Samples.FACTS);
        first.ping();
    }

    @Test
    @DisplayName(
            "F1: the same folder follows at once in the same boot, and shuts the worker before it out of everything")
    void theSameFolderFollowsAtOnce() {
        WorkerStore first = worker(FIRST);
        first.registerHost(Samples.FACTS);
        VmDefinition vm = Samples.definition();
        stores().scheduler().defineVm(vm, host);
        WorkerStore next = worker(FIRST);
        assertThat(next.ownedVms()).hasSize(1);
        List<Runnable> calls = List.of(
                first::ping,
                first::ownedVms,
                first::openMigrations,
                () -> first.registerHost(Samples.FACTS),
                () -> first.recordPower(vm.id(), 1, VmRecord.Power.RUNNING));
        for (Runnable call : calls) {
            assertThatThrownBy(call::run)
                    .isInstanceOf(FencedException.class)
                    .hasMessageContaining("host " + host + " is fenced from this worker")
                    .hasMessageContaining(FIRST.stateFolder());
        }
    }

    @Test
    @DisplayName("F1: after another boot the folder waits for the worker before it to be silent")
    void anotherBootWaits() {
        WorkerStore first = worker(FIRST);
        first.registerHost(Samples.FACTS);
        WorkerStore next = worker();
        assertThat(next.openSession(AFTER_BOOT)).isInstanceOf(SessionAnswer.Living.class);
        first.ping();
        keepSilent(host);
        assertThat(next.openSession(AFTER_BOOT)).isEqualTo(new Opened());
        assertThatThrownBy(first::ping).isInstanceOf(FencedException.class);
    }

    @Test
    @DisplayName(
            "F1: a takeover is a person's command, recorded; it lets another identity in and shuts the old one out")
    void aTakeover() {
        WorkerStore first = worker(FIRST);
        first.registerHost(Samples.FACTS);
        assertThat(session()).isNotNull().extracting("machineId").isEqualTo(FIRST.machineId());
        assertThat(stores().scheduler().takeOver(host, "alice", "new mainboard").orElseThrow())
                .contains(FIRST.machineId());
        assertThatThrownBy(first::ping)
                .isInstanceOf(FencedException.class)
                .hasMessageContaining("a person took the host over");
        assertThat(session()).isNull();
        assertThat(worker().openSession(FIRST)).isEqualTo(new SessionAnswer.Taken());
        assertThat(worker().openSession(OTHER_MACHINE)).isEqualTo(new Opened());
        assertThat(worker().openSession(FIRST)).isInstanceOf(SessionAnswer.Other.class);
    }

    @Test
    @DisplayName("F1: a takeover that was said twice lets whoever comes first in, the old worker too")
    void aTakeoverTakenBack() {
        worker(FIRST);
        assertThat(stores().scheduler().takeOver(host, "alice", "a mistake")).isPresent();
        assertThat(stores().scheduler().takeOver(host, "alice", "take it back")).contains("nobody");
        assertThat(worker().openSession(FIRST)).isEqualTo(new Opened());
        assertThat(stores().scheduler().takeOver(Samples.host("unheard"), "alice", "typo"))
                .isEmpty();
    }

    private @Nullable WorkerSession session() {
        return stores().scheduler().hosts().stream()
                .filter(row -> row.id().equals(host))
                .findFirst()
                .orElseThrow()
                .session();
    }

    private WorkerStore worker(WorkerIdentity identity) {
        WorkerStore worker = worker();
        assertThat(worker.openSession(identity)).isEqualTo(new Opened());
        return worker;
    }

    private WorkerStore worker() {
        return process(host);
    }
}
