package io.drover.messages.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

final class BackgroundLoopTest {
    private static final Duration SOON = Duration.ofMillis(1);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final SystemClock clock = new SystemClock();

    @Test
    void troubleDoesNotEndIt() throws Exception {
        var runs = new CountDownLatch(3);
        BackgroundLoop.Work work = () -> {
            runs.countDown();
            throw new IOException("not now");
        };
        try (var loop =
                BackgroundLoop.periodic("a test's loop", SOON, clock, work).start()) {
            assertThat(loop).isNotNull();
            assertThat(runs.await(60, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    @Tag("attack")
    @DisplayName("A3: a loop goes on after a defect, and hands an Error to whoever runs it")
    void aDefectDoesNotEndItAndAnErrorIsHandedOn() throws Exception {
        var looks = new AtomicInteger();
        var handed = new AtomicReference<Throwable>();
        var loop = BackgroundLoop.polling("a test's loop", SOON, clock, () -> {
            if (looks.incrementAndGet() == 1) {
                throw new IllegalStateException("a defect");
            }
            throw new InternalError("a fault");
        });
        Thread thread = Thread.ofVirtual()
                .uncaughtExceptionHandler((_, cause) -> handed.set(cause))
                .start(loop);
        assertThat(thread.join(PATIENCE)).isTrue();
        assertThat(looks).hasValue(2);
        assertThat(handed.get()).isInstanceOf(InternalError.class);
    }

    @Test
    void wakingCutsAPauseShort() throws Exception {
        var looks = new CountDownLatch(2);
        try (var loop = BackgroundLoop.polling("a test's loop", Duration.ofDays(1), clock, looks::countDown)
                .start()) {
            loop.wake();
            assertThat(looks.await(60, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void closingInterruptsItsWork() throws Exception {
        var began = new CountDownLatch(1);
        var ended = new CountDownLatch(1);
        BackgroundLoop.Work work = () -> {
            began.countDown();
            try {
                new CountDownLatch(1).await();
            } finally {
                ended.countDown();
            }
        };
        var loop = BackgroundLoop.periodic("a test's loop", SOON, clock, work).start();
        assertThat(began.await(60, TimeUnit.SECONDS)).isTrue();
        loop.close();
        assertThat(ended.getCount()).isZero();
    }

    @Test
    void finishingLetsTheWorkUnderWayEnd() throws Exception {
        var began = new CountDownLatch(1);
        var goOn = new CountDownLatch(1);
        var turns = new AtomicInteger();
        var loop = BackgroundLoop.paced("a test's loop", clock, () -> {
                    began.countDown();
                    goOn.await();
                    turns.incrementAndGet();
                    return Duration.ZERO;
                })
                .start();
        assertThat(began.await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(loop.finish(SOON)).isFalse();
        goOn.countDown();
        assertThat(loop.finish(PATIENCE)).isTrue();
        assertThat(turns).hasValue(1);
    }

    @Test
    @DisplayName("a turn that does not end is told by how long it has lasted, and a pause is not")
    void tellsHowLongATurnLasts() throws Exception {
        var goOn = new CountDownLatch(1);
        var loop = BackgroundLoop.polling("a test's loop", Duration.ofDays(1), clock, goOn::await);
        assertThat(loop.working()).isZero();
        try (loop) {
            loop.start();
            assertThat(clock.await(() -> loop.working().isPositive(), PATIENCE, SOON))
                    .isTrue();
            goOn.countDown();
            assertThat(clock.await(() -> loop.working().isZero(), PATIENCE, SOON))
                    .isTrue();
        }
    }

    @Test
    void doesNothingOnceInterruptedOrFinished() {
        var turns = new AtomicInteger();
        var loop = BackgroundLoop.paced("a test's loop", clock, () -> {
            turns.incrementAndGet();
            return Duration.ZERO;
        });
        Thread.currentThread().interrupt();
        loop.run();
        assertThat(Thread.interrupted()).isTrue();

        assertThat(loop.finish(SOON)).isTrue();
        loop.run();
        assertThat(turns).hasValue(0);
        loop.close();
    }
}
