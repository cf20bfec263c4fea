package io.drover.cli.doctor.host;

import io.drover.cli.doctor.check.DoctorCheck;
import io.drover.cli.doctor.check.Finding;
import io.drover.messages.text.FileProblem;
import io.drover.messages.time.Clock;
import io.drover.messages.tls.Pem;
import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;

/**
 * Certificates in files that a configuration names: dates.
 *
 * @param files PEM, each with one certificate or more
 */
public record CertificateFilesCheck(List<Path> files, Clock clock) implements DoctorCheck {
    @Override
    public String name() {
        return "certificates";
    }

    @Override
    public List<Finding> look() {
        var findings = new ArrayList<Finding>();
        for (Path file : files) {
            try {
                for (X509Certificate certificate : Pem.certificates(file)) {
                    findings.add(CertificateDates.of(
                            file.toString(), certificate, clock.now(), "renew it, and copy it here"));
                }
            } catch (IOException e) {
                findings.add(Finding.fail(FileProblem.told(e), "copy it there, readable by the service's user"));
            }
        }
        return findings;
    }
}
