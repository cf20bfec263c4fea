package io.drover.scheduler.http;

import io.drover.messages.config.ConfigException;
import io.drover.messages.config.Settings;
import io.drover.messages.http.HttpListener;
import io.drover.messages.text.FileProblem;
import io.drover.messages.tls.TlsContexts;
import io.drover.messages.tls.TlsIdentity;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Where the API listens, and who may ask. Beyond this host only with TLS and tokens.
 *
 * @param tls null: not encrypted
 * @param open whether everybody who reaches it may do everything, without a token
 */
public record HttpSettings(
        InetSocketAddress address, @Nullable Tls tls, boolean open) {
    private static final String ADDRESS = "http.address";
    private static final String PORT = "http.port";
    private static final String CERTIFICATE = "http.tls.certificate";
    private static final String KEY = "http.tls.key";
    private static final String ACCESS = "http.access";
    private static final String NONE = "none";
    private static final String OPEN = "open";
    private static final String TOKEN = "token";

    /** A certificate, those of authorities in between after it, and its key, in PEM. */
    public record Tls(Path certificate, Path key) {
        SSLContext context() throws IOException {
            try {
                // Clients show tokens, not certificates: nobody's is trusted.
                return TlsContexts.of(List.of(), TlsIdentity.read(certificate, key, Instant.now()));
            } catch (GeneralSecurityException e) {
                throw new IOException("TLS cannot be set up: " + e.getMessage(), e);
            }
        }
    }

    /**
     * Throws {@link IllegalArgumentException} for an address that others can reach, without TLS and tokens.
     */
    public HttpSettings {
        boolean local = !address.isUnresolved() && address.getAddress().isLoopbackAddress();
        if (!local && (tls == null || open)) {
            throw new IllegalArgumentException(ADDRESS + ": " + address + " is not a loopback address: needs "
                    + CERTIFICATE + ", " + KEY + " and " + ACCESS + " = " + TOKEN);
        }
    }

    /** On a loopback address: open to every local user. */
    public static HttpSettings open(InetSocketAddress loopback) {
        return new HttpSettings(loopback, null, true);
    }

    /** Reads the keys {@code http.*}, and the files, so that a mistake stops the start. */
    public static HttpSettings read(Settings settings) throws ConfigException {
        int port = (int) settings.whole(PORT, 7070, 0, 65_535);
        var address = new InetSocketAddress(settings.ipAddress(ADDRESS, "127.0.0.1"), port);
        String usual = address.getAddress().isLoopbackAddress() ? OPEN : TOKEN;
        boolean open = settings.choice(ACCESS, usual, Set.of(OPEN, TOKEN)).equals(OPEN);
        Tls tls = tls(settings);
        try {
            return new HttpSettings(address, tls, open);
        } catch (IllegalArgumentException e) {
            throw new ConfigException(String.valueOf(e.getMessage()));
        }
    }

    HttpListener listener() throws IOException {
        return new HttpListener(PORT, address, tls == null ? null : tls.context(), false);
    }

    private static @Nullable Tls tls(Settings settings) throws ConfigException {
        Path certificate = file(settings, CERTIFICATE);
        Path key = file(settings, KEY);
        if (certificate == null && key == null) {
            return null;
        }
        if (certificate == null || key == null) {
            throw new ConfigException(
                    key == null
                            ? KEY + ": missing; " + CERTIFICATE + " needs it"
                            : CERTIFICATE + ": missing; " + KEY + " needs it");
        }
        var tls = new Tls(certificate, key);
        try {
            var _ = tls.context();
            return tls;
        } catch (IOException e) {
            throw new ConfigException("http.tls: " + FileProblem.told(e));
        }
    }

    private static @Nullable Path file(Settings settings, String key) throws ConfigException {
        return settings.text(key, NONE).equals(NONE) ? null : settings.path(key);
    }
}
