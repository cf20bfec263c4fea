package io.drover.cli.doctor.host;

import io.drover.cli.doctor.check.Finding;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;

/** When a certificate is good. */
final class CertificateDates {
    private static final Duration SOON = Duration.ofDays(30);

    private CertificateDates() {}

    /** {@code what}: for example the file's name; {@code remedy}: how it is renewed. */
    static Finding of(String what, X509Certificate certificate, Instant now, String remedy) {
        Instant begin = certificate.getNotBefore().toInstant();
        Instant end = certificate.getNotAfter().toInstant();
        if (now.isBefore(begin)) {
            return Finding.fail(
                    what + " is good from " + begin + " on only, and this clock says " + now,
                    "set the clock, or wait: timedatectl");
        }
        if (now.isAfter(end)) {
            return Finding.fail(what + " has expired at " + end, remedy);
        }
        long days = Duration.between(now, end).toDays();
        String found = what + " is good until " + end + ", " + days + " days";
        return now.plus(SOON).isAfter(end) ? Finding.warn(found, remedy) : Finding.ok(found);
    }
}
