package io.drover.worker.pki;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.List;

/** Whom a certificate is for. */
public final class CertificateName {
    private static final int DNS_NAME = 2;

    private CertificateName() {}

    /** Its subject alternative names of the kind dNSName (RFC 5280, 4.2.1.6); none when they cannot be read. */
    public static List<String> of(X509Certificate certificate) {
        try {
            var names = certificate.getSubjectAlternativeNames();
            return names == null
                    ? List.of()
                    : names.stream()
                            .filter(name -> name.getFirst().equals(DNS_NAME))
                            .map(name -> name.get(1).toString())
                            .toList();
        } catch (CertificateParsingException e) {
            return List.of();
        }
    }
}
