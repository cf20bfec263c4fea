package io.drover.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class LabelCommandsTest {
    private static final String WEB1 = "POST /api/v1/vms/web1/labels";

    private CannedScheduler scheduler;

    @BeforeEach
    void start() throws IOException {
        scheduler = new CannedScheduler();
    }

    @AfterEach
    void stop() {
        scheduler.close();
    }

    private CommandRun drover(String... arguments) {
        return scheduler.drover(false, arguments);
    }

    @Test
    void setsAndTakesAway() {
        scheduler.answer(WEB1, 200, "{\"labels\":{\"drover.pin\":\"host1,host2\",\"url\":\"a=b\"}}");
        CommandRun run = drover("label", "vm", "web1", "drover.pin=host1,host2", "url=a=b", "team-", "empty=");
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out()).isEqualToNormalizingNewlines("""
                labels of vm web1:
                  drover.pin=host1,host2
                  url=a=b
                """);
        assertThat(scheduler.requests())
                .containsExactly(WEB1 + " {\"set\":{\"drover.pin\":\"host1,host2\",\"empty\":\"\",\"url\":\"a=b\"},"
                        + "\"remove\":[\"team\"]}");
    }

    @Test
    void showsThemWhereNothingIsChanged() {
        scheduler.answer("POST /api/v1/hosts/host1/labels", 200, "{\"labels\":{}}");
        assertThat(drover("label", "host", "host1").out()).isEqualToIgnoringNewLines("host host1 has no labels");
    }

    @Test
    void asksNobodyWhereAChangeIsNone() {
        for (String change : List.of("team", "=shop", "-")) {
            assertThat(drover("label", "vm", "web1", change).exitCode())
                    .as(change)
                    .isEqualTo(2);
        }
        assertThat(drover("label", "vm", "web1", "a=1", "a=2").err()).contains("its key stands twice");
        assertThat(drover("label", "pod", "web1").exitCode()).isEqualTo(2);
        assertThat(scheduler.requests()).isEmpty();
    }

    @Test
    void namesTheLabelThatContradicts() {
        scheduler.answer(
                WEB1, 400, "{\"code\":\"invalid\",\"field\":\"drover.pin\",\"message\":\"no host h9 is known\"}");
        CommandRun run = drover("label", "vm", "web1", "drover.pin=h9");
        assertThat(run.exitCode()).isEqualTo(4);
        assertThat(run.err()).isEqualToIgnoringNewLines("drover: drover.pin: no host h9 is known");
    }

    @Test
    void drainsAHostAndTakesItBack() {
        scheduler.answer("POST /api/v1/hosts/host1/drain", 200, "{\"labels\":{\"drover.maintenance\":\"always\"}}");
        scheduler.answer("POST /api/v1/hosts/host1/undrain", 200, "{\"labels\":{}}");
        assertThat(drover("drain", "host1").out()).startsWith("host1 is in maintenance");
        assertThat(drover("undrain", "host1").out()).startsWith("host1 is out of maintenance");
        assertThat(scheduler.requests()).hasSize(2);
    }
}
