package io.drover.cli.doctor.host;

import io.drover.cli.doctor.check.DoctorCheck;
import io.drover.cli.doctor.check.Finding;
import io.drover.messages.HostId;
import io.drover.messages.text.FileProblem;
import io.drover.messages.time.Clock;
import io.drover.messages.tls.Pem;
import io.drover.messages.tls.PkiFiles;
import io.drover.messages.tls.TlsIdentity;
import io.drover.worker.pki.CertificateName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The certificate that a worker shows to its peers: its files, dates, name, authority and key.
 *
 * @param folder {@code peer.pki.folder}
 */
public record HostCertificateCheck(Path folder, HostId host, Clock clock) implements DoctorCheck {
    private static final Set<PosixFilePermission> OTHERS =
            Set.of(PosixFilePermission.OTHERS_READ, PosixFilePermission.OTHERS_WRITE);

    @Override
    public String name() {
        return "certificate";
    }

    @Override
    public List<Finding> look() {
        var files = new PkiFiles(folder);
        String renew =
                "on the authority's host: drover pki issue " + host + "; copy its folder here, restart the worker";
        try {
            X509Certificate authority = Pem.certificate(files.authority());
            X509Certificate own = Pem.certificate(files.certificate());
            var findings = new ArrayList<Finding>();
            findings.add(CertificateDates.of(files.certificate().toString(), own, clock.now(), renew));
            findings.add(CertificateDates.of(
                    files.authority().toString(),
                    authority,
                    clock.now(),
                    "drover pki init makes another; then renew all hosts'"));
            findings.add(name(files.certificate(), own, renew));
            findings.add(authority(files, own, authority, renew));
            findings.addAll(key(files));
            return findings;
        } catch (IOException e) {
            return List.of(Finding.fail("peer.pki.folder: " + FileProblem.told(e), renew));
        }
    }

    private Finding name(Path file, X509Certificate own, String renew) {
        List<String> names = CertificateName.of(own);
        return names.equals(List.of(host.value()))
                ? Finding.ok(file + " is for " + host)
                : Finding.fail(file + " is for " + names + ", not for " + host, renew);
    }

    private static Finding authority(PkiFiles files, X509Certificate own, X509Certificate authority, String renew) {
        try {
            own.verify(authority.getPublicKey());
            return Finding.ok(files.certificate() + " is signed by " + files.authority());
        } catch (GeneralSecurityException e) {
            return Finding.fail(files.certificate() + " is not signed by " + files.authority(), renew);
        }
    }

    private List<Finding> key(PkiFiles files) throws IOException {
        var findings = new ArrayList<Finding>();
        try {
            // Expired ones are told above.
            var _ = TlsIdentity.read(
                    files.certificate(),
                    files.key(),
                    Pem.certificate(files.certificate()).getNotAfter().toInstant());
        } catch (IOException e) {
            findings.add(Finding.fail(
                    "peer.pki.folder: " + FileProblem.told(e), "copy all files of one folder of drover pki issue"));
        }
        if (Files.getPosixFilePermissions(files.key()).stream().anyMatch(OTHERS::contains)) {
            findings.add(Finding.fail(files.key() + " can be read by everybody", "chmod 600 " + files.key()));
        }
        return findings;
    }
}
