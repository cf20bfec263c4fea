package io.drover.worker.ownership;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.messages.time.SystemClock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

final class PollingLoopTest {
    @Test
    @Tag("attack")
    @DisplayName("A3: a loop goes on after a defect, and hands an Error to whoever runs it")
    void aDefectDoesNotEndItAndAnErrorIsHandedOn() throws Exception {
        var looks = new AtomicInteger();
        var handed = new AtomicReference<Throwable>();
        var loop = new PollingLoop(new SystemClock(), Duration.ofMillis(1), () -> {
            if (looks.incrementAndGet() == 1) {
                throw new IllegalStateException("a defect");
            }
            throw new InternalError("a fault");
        });
        Thread thread = Thread.ofVirtual()
                .uncaughtExceptionHandler((_, cause) -> handed.set(cause))
                .start(loop);
        assertThat(thread.join(Duration.ofSeconds(60))).isTrue();
        assertThat(looks).hasValue(2);
        assertThat(handed.get()).isInstanceOf(InternalError.class);
    }
}
