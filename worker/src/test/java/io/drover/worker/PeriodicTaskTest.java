package io.drover.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.messages.time.SystemClock;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class PeriodicTaskTest {
    @Test
    void troubleDoesNotEndIt() throws Exception {
        var runs = new CountDownLatch(3);
        PeriodicTask.Work work = () -> {
            runs.countDown();
            throw new IOException("not now");
        };
        try (var task = new PeriodicTask("a test's task", Duration.ofMillis(5), new SystemClock(), work).start()) {
            assertThat(task).isNotNull();
            assertThat(runs.await(30, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void closingInterruptsItsWork() throws Exception {
        var began = new CountDownLatch(1);
        var ended = new CountDownLatch(1);
        PeriodicTask.Work work = () -> {
            began.countDown();
            try {
                new CountDownLatch(1).await();
            } finally {
                ended.countDown();
            }
        };
        var task = new PeriodicTask("a test's task", Duration.ofMillis(5), new SystemClock(), work).start();
        assertThat(began.await(30, TimeUnit.SECONDS)).isTrue();
        task.close();
        assertThat(ended.getCount()).isZero();
    }
}
