package io.drover.cli.doctor;

import io.drover.cli.doctor.check.DoctorCheck;
import io.drover.cli.doctor.fleet.VersionsCheck;
import io.drover.cli.doctor.host.AccountCheck;
import io.drover.cli.doctor.host.ApiPortCheck;
import io.drover.cli.doctor.host.CertificateFilesCheck;
import io.drover.cli.doctor.service.BrokerCheck;
import io.drover.cli.doctor.service.DatabaseCheck;
import io.drover.cli.doctor.service.DatabaseClockCheck;
import io.drover.cli.doctor.service.DatabaseRightsCheck;
import io.drover.cli.doctor.service.SchemaCheck;
import io.drover.messages.time.Clock;
import io.drover.scheduler.SchedulerConfig;
import io.drover.scheduler.http.HttpSettings;
import io.drover.schema.inspection.DatabaseInspection;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The checks of a scheduler, in the order in which they are told. */
final class SchedulerChecks {
    private SchedulerChecks() {}

    static List<DoctorCheck> of(SchedulerConfig config, DatabaseInspection database, Clock clock) {
        var checks = new ArrayList<DoctorCheck>();
        checks.add(AccountCheck.ofThisProcess());
        List<Path> files = new ArrayList<>(
                NamedCertificates.of(config.broker(), config.database().url()));
        HttpSettings.Tls tls = config.http().tls();
        if (tls != null) {
            files.add(tls.certificate());
        }
        if (!files.isEmpty()) {
            checks.add(new CertificateFilesCheck(files, clock));
        }
        checks.add(new ApiPortCheck(config.http()));
        checks.add(new DatabaseCheck(database, config.database().url()));
        checks.add(new DatabaseRightsCheck(database, null));
        checks.add(new SchemaCheck(database));
        checks.add(new DatabaseClockCheck(database, clock));
        checks.add(new BrokerCheck(config.broker(), null));
        checks.add(new VersionsCheck(() -> database.peers().stream()
                .map(peer -> VersionsCheck.Told.ofWorker(peer.host(), peer.droverVersion()))
                .toList()));
        return checks;
    }
}
