package io.drover.worker.ownership;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.drover.messages.DiskDefinition;
import io.drover.messages.DiskId;
import io.drover.messages.DiskRole;
import io.drover.messages.HostId;
import io.drover.messages.NetworkCards;
import io.drover.messages.VmDefinition;
import io.drover.messages.VmId;
import io.drover.messages.time.Clock;
import io.drover.schema.record.VmRecord;
import io.drover.schema.record.VmRecord.Power;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

@Tag("attack")
final class PowerTriesTest {
    private static final Logger LOG = (Logger) LoggerFactory.getLogger(PowerTries.class);

    private final ListAppender<ILoggingEvent> logged = new ListAppender<>();
    private @Nullable Level before;
    private final SteppedClock clock = new SteppedClock();
    private final PowerTries tries = new PowerTries(clock);

    @BeforeEach
    void listen() {
        before = LOG.getLevel();
        LOG.setLevel(Level.WARN);
        logged.start();
        LOG.addAppender(logged);
    }

    @AfterEach
    void stopListening() {
        LOG.detachAppender(logged);
        LOG.setLevel(before);
    }

    private static VmRecord vm(Power wanted, long epoch) {
        var disk = new DiskDefinition(new DiskId("data"), DiskRole.DATA, "data.raw");
        var definition = new VmDefinition(
                new VmId(new UUID(0, 1)),
                "web1",
                1,
                32L << 20,
                "pc-q35-7.2",
                "qemu64",
                NetworkCards.plain(0),
                null,
                List.of(disk));
        return new VmRecord(definition, new HostId("h1"), epoch, Power.STOPPED, wanted, null);
    }

    @Test
    @DisplayName("F16: what keeps a VM from starting is logged once and tried after growing pauses")
    void onceAndWithGrowingPauses() {
        VmRecord vm = vm(Power.RUNNING, 1);
        List<Long> at = new ArrayList<>();
        for (int second = 0; second < 300; second++) {
            if (tries.due(vm)) {
                at.add(clock.elapsed.toSeconds());
                tries.failed(vm, "disk data: image data.raw does not exist");
            }
            clock.elapsed = clock.elapsed.plusSeconds(1);
        }
        assertThat(at).containsExactly(0L, 2L, 6L, 14L, 30L, 62L, 122L, 182L, 242L);
        assertThat(logged.list).hasSize(1);

        tries.failed(vm, "disk data: image data.raw is empty");
        assertThat(logged.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .containsExactly(
                        "VM web1: disk data: image data.raw does not exist",
                        "VM web1: disk data: image data.raw is empty");
    }

    @Test
    @DisplayName("F16: another wish, another owner's epoch and a person's call are carried out at once")
    void atOnceWhenSomethingElseIsWanted() {
        VmRecord vm = vm(Power.RUNNING, 1);
        tries.failed(vm, "no");
        assertThat(tries.due(vm)).isFalse();
        assertThat(tries.due(vm(Power.STOPPED, 1))).isTrue();
        assertThat(tries.due(vm(Power.RUNNING, 2))).isTrue();
        tries.forget(vm.definition().id());
        assertThat(tries.due(vm)).isTrue();
    }

    private static final class SteppedClock implements Clock {
        private Duration elapsed = Duration.ZERO;

        @Override
        public Instant now() {
            return Instant.EPOCH.plus(elapsed);
        }

        @Override
        public Duration elapsed() {
            return elapsed;
        }

        @Override
        public void sleep(Duration duration) {
            elapsed = elapsed.plus(duration);
        }
    }
}
