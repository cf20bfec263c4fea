package io.drover.cli.doctor.console;

import io.drover.cli.api.ApiClient;
import io.drover.cli.api.SchedulerLogin;
import io.drover.cli.doctor.check.ClockSkew;
import io.drover.cli.doctor.check.DoctorCheck;
import io.drover.cli.doctor.check.Finding;
import io.drover.cli.terminal.CommandException;
import io.drover.messages.time.Clock;
import java.time.Instant;
import java.util.List;

/** This clock against the scheduler's: ages in tables are told by both. */
public record SchedulerClockCheck(SchedulerLogin login, Clock clock) implements DoctorCheck {
    @Override
    public String name() {
        return "clock";
    }

    @Override
    public List<Finding> look() throws InterruptedException {
        try (ApiClient client = ApiClient.of(login)) {
            Instant before = clock.now();
            Instant other = client.health().now();
            return List.of(ClockSkew.of("the scheduler", before, other, clock.now()));
        } catch (CommandException e) {
            return List.of(Finding.notLookedAt(String.valueOf(e.getMessage())));
        }
    }
}
