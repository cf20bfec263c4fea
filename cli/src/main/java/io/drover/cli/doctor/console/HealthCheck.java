package io.drover.cli.doctor.console;

import io.drover.cli.api.ApiClient;
import io.drover.cli.api.SchedulerLogin;
import io.drover.cli.doctor.check.DoctorCheck;
import io.drover.cli.doctor.check.Finding;
import io.drover.cli.terminal.CommandException;
import io.drover.cli.terminal.ExitCode;
import io.drover.messages.api.HealthDocument;
import io.drover.messages.api.HealthDocument.Part;
import java.util.ArrayList;
import java.util.List;

/** Whether a scheduler answers this login, and can work. */
public record HealthCheck(SchedulerLogin login) implements DoctorCheck {
    @Override
    public String name() {
        return "scheduler";
    }

    @Override
    public List<Finding> look() throws InterruptedException {
        try (ApiClient client = ApiClient.of(login)) {
            return of(client.health());
        } catch (CommandException e) {
            String found = String.valueOf(e.getMessage());
            return List.of(
                    e.exitCode() == ExitCode.UNREACHABLE
                            ? Finding.away(found, "start it, let this host reach its port, or name another address")
                            : Finding.fail(found, "correct ~/.config/drover/config; drover token create makes tokens"));
        }
    }

    private List<Finding> of(HealthDocument health) {
        var findings = new ArrayList<Finding>();
        findings.add(Finding.ok("the scheduler at " + login.scheduler() + " answers"));
        if (!health.loops().works()) {
            findings.add(Finding.fail(
                    "it does not do all of its work: " + health.loops().message(),
                    "on its host: journalctl -u drover-scheduler; systemctl restart drover-scheduler"));
        }
        add(findings, "PostgreSQL", health.database());
        add(findings, "RabbitMQ", health.broker());
        return findings;
    }

    private static void add(List<Finding> findings, String service, Part part) {
        findings.add(
                part.works()
                        ? Finding.ok("it can use " + service)
                        : Finding.away(
                                "it cannot use " + service + ": " + part.message(), "on its host: drover doctor"));
    }
}
