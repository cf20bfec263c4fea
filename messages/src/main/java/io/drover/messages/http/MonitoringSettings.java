package io.drover.messages.http;

import io.drover.messages.config.ConfigException;
import io.drover.messages.config.Settings;
import io.drover.messages.text.FileProblem;
import io.drover.messages.tls.Pem;
import io.drover.messages.tls.PkiFiles;
import io.drover.messages.tls.TlsContexts;
import io.drover.messages.tls.TlsIdentity;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Where {@code /health} and {@code /metrics} are served to who watches the program: on a loopback address to everybody,
 * beyond it over TLS to who shows a certificate of the fleet's authority (decision 0043).
 *
 * @param address null: nowhere
 * @param pki the folder with this program's certificate and the authority; null: none is configured
 * @param period between two looks at what metrics tell of the database and the broker
 */
public record MonitoringSettings(
        @Nullable InetSocketAddress address, @Nullable Path pki, Duration period) {
    private static final String ADDRESS = "monitoring.address";
    private static final String PORT = "monitoring.port";
    private static final String PKI = "monitoring.pki.folder";
    private static final String NONE = "none";

    /**
     * What a program does where its configuration says nothing.
     *
     * @param address an IP address, or {@code none}
     * @param pki null: no folder
     */
    public record Usual(String address, int port, @Nullable Path pki) {}

    /** Reads the keys {@code monitoring.*}, and the certificate where one is needed, so that a mistake stops the start. */
    public static MonitoringSettings read(Settings settings, Usual usual) throws ConfigException {
        boolean served = !settings.text(ADDRESS, usual.address()).equals(NONE);
        int port = (int) settings.whole(PORT, usual.port(), 0, 65_535);
        var read = new MonitoringSettings(
                served ? new InetSocketAddress(settings.ipAddress(ADDRESS, usual.address()), port) : null,
                pki(settings, usual.pki()),
                // Prometheus scrapes that often or more seldom.
                settings.seconds("monitoring.period_s", 15, 1, 3600));
        if (read.encrypted()) {
            try {
                var _ = read.tls();
            } catch (IOException e) {
                throw new ConfigException(PKI + ": " + FileProblem.told(e));
            }
        }
        return read;
    }

    private static @Nullable Path pki(Settings settings, @Nullable Path usual) throws ConfigException {
        String fallback = usual == null ? NONE : usual.toString();
        return settings.text(PKI, fallback).equals(NONE) ? null : settings.path(PKI, Path.of(fallback));
    }

    private boolean encrypted() {
        return address != null && !address.getAddress().isLoopbackAddress();
    }

    /** Shows the program's certificate, and trusts the fleet's authority. */
    private SSLContext tls() throws IOException {
        if (pki == null) {
            throw new IOException("missing; " + ADDRESS + " beyond loopback addresses needs it");
        }
        var files = new PkiFiles(pki);
        try {
            return TlsContexts.of(
                    Pem.certificates(files.authority()),
                    TlsIdentity.read(files.certificate(), files.key(), Instant.now()));
        } catch (GeneralSecurityException e) {
            throw new IOException("TLS cannot be set up: " + e.getMessage(), e);
        }
    }

    /** The listener at {@link #address}, which is not null. */
    HttpListener listener(InetSocketAddress at) throws IOException {
        return encrypted() ? new HttpListener(PORT, at, tls(), true) : new HttpListener(PORT, at, null, false);
    }
}
