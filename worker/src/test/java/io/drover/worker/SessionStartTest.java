package io.drover.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.messages.HostId;
import io.drover.messages.time.Clock;
import io.drover.messages.time.SystemClock;
import io.drover.schema.FencedException;
import io.drover.schema.StoreUnavailableException;
import io.drover.schema.worker.SessionAnswer;
import io.drover.schema.worker.SessionAnswer.Living;
import io.drover.schema.worker.SessionAnswer.Opened;
import io.drover.schema.worker.WorkerIdentity;
import io.drover.schema.worker.WorkerStore;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("attack")
final class SessionStartTest {
    private static final WorkerIdentity IDENTITY = new WorkerIdentity("m1", "b1", "/state (inode 7)", "127.0.0.1:7101");
    private static final Instant NOON = Instant.parse("2026-11-30T12:00:00Z");

    private final Clock clock = new SystemClock();

    /** What the database says. */
    @FunctionalInterface
    private interface Answer {
        SessionAnswer get();
    }

    @Test
    @DisplayName("F1: a rebooted host waits while nothing is heard of its last worker, and starts")
    void waitsForASilentOne() throws Exception {
        start(
                () -> {
                    throw new StoreUnavailableException("away");
                },
                () -> new Living("the worker of before", NOON),
                () -> new Living("the worker of before", NOON),
                Opened::new);
    }

    @Test
    @DisplayName("F1: a cloned host sees that the other lives, and ends")
    void endsWhenTheOtherLives() {
        assertThatThrownBy(() -> start(
                        () -> new Living("the original", NOON), () -> new Living("the original", NOON.plusSeconds(5))))
                .isInstanceOf(FencedException.class)
                .hasMessageContaining("the original lives")
                .hasMessageContaining("this is machine m1");
    }

    @Test
    @DisplayName("F1: the worker from which a person took the host does not come back")
    void endsWhenItWasTaken() {
        assertThatThrownBy(() -> start(SessionAnswer.Taken::new)).isInstanceOf(FencedException.class);
    }

    @Test
    @DisplayName("F1: a copy of a state folder has another identity, a moved configuration has not")
    void identity(@TempDir Path root) throws IOException {
        Path boot = Files.createDirectories(root.resolve("proc/sys/kernel/random"));
        Files.writeString(boot.resolve("boot_id"), "b1\n");
        Path state = Files.createDirectory(root.resolve("state"));
        Path copy = Files.createDirectory(root.resolve("copy"));
        assertThat(HostIdentity.read(root, state, "a").machineId()).isEqualTo(HostIdentity.NO_MACHINE_ID);
        Files.createDirectory(root.resolve("etc"));
        Files.writeString(root.resolve("etc/machine-id"), "m1\n");
        WorkerIdentity first = HostIdentity.read(root, state, "a");
        assertThat(first.machineId()).isEqualTo("m1");
        assertThat(first.bootId()).isEqualTo("b1");
        Path link = Files.createSymbolicLink(root.resolve("link"), state);
        assertThat(HostIdentity.read(root, link, "a")).isEqualTo(first);
        assertThat(HostIdentity.read(root, copy, "a").stateFolder()).isNotEqualTo(first.stateFolder());
        Files.delete(state);
        Files.createDirectory(root.resolve("keeps the inode"));
        Files.createDirectory(state);
        assertThat(HostIdentity.read(root, state, "a").stateFolder()).isNotEqualTo(first.stateFolder());
    }

    private void start(Answer... answers) throws IOException, InterruptedException {
        Deque<Answer> left = new ArrayDeque<>(List.of(answers));
        var store = (WorkerStore) Proxy.newProxyInstance(
                WorkerStore.class.getClassLoader(),
                new Class<?>[] {WorkerStore.class},
                (proxy, method, arguments) -> method.getName().equals("host")
                        ? new HostId("host1")
                        : left.removeFirst().get());
        new SessionStart(store, clock, IDENTITY).await();
        assertThat(left).isEmpty();
    }
}
