package io.drover.cli.doctor;

import io.drover.cli.api.ApiClient;
import io.drover.cli.api.Documents;
import io.drover.cli.api.SchedulerLogin;
import io.drover.cli.doctor.check.DoctorCheck;
import io.drover.cli.doctor.console.HealthCheck;
import io.drover.cli.doctor.console.HostsCheck;
import io.drover.cli.doctor.console.SchedulerClockCheck;
import io.drover.cli.doctor.fleet.VersionsCheck;
import io.drover.cli.doctor.fleet.VersionsCheck.Told;
import io.drover.cli.doctor.host.CertificateFilesCheck;
import io.drover.cli.terminal.CommandException;
import io.drover.messages.api.HostDocument;
import io.drover.messages.time.Clock;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The checks of an operator's commands, in the order in which they are told. */
final class ConsoleChecks {
    private ConsoleChecks() {}

    static List<DoctorCheck> of(SchedulerLogin login, Clock clock) {
        var checks = new ArrayList<DoctorCheck>();
        Path authorities = login.authorities();
        if (authorities != null) {
            checks.add(new CertificateFilesCheck(List.of(authorities), clock));
        }
        checks.add(new HealthCheck(login));
        checks.add(new SchedulerClockCheck(login, clock));
        checks.add(new HostsCheck(login));
        checks.add(new VersionsCheck(() -> versions(login)));
        return checks;
    }

    private static List<Told> versions(SchedulerLogin login) throws CommandException, InterruptedException {
        try (ApiClient client = ApiClient.of(login)) {
            var told = new ArrayList<Told>();
            told.add(new Told("the scheduler", client.health().version()));
            for (HostDocument host : Documents.list(client.get("/hosts"), HostDocument.class)) {
                told.add(Told.ofWorker(host.id(), host.droverVersion()));
            }
            return told;
        }
    }
}
