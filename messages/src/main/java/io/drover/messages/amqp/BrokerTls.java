package io.drover.messages.amqp;

import io.drover.messages.config.ConfigException;
import io.drover.messages.config.Settings;
import io.drover.messages.tls.Pem;
import io.drover.messages.tls.TlsContexts;
import io.drover.messages.tls.TlsIdentity;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Set;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * The files for an encrypted connection to RabbitMQ. The broker's certificate must come from one of the authorities and
 * name the broker's host.
 *
 * @param authorities PEM
 * @param own what to show where the broker asks for a certificate; null: nothing
 */
public record BrokerTls(Path authorities, @Nullable Own own) {
    private static final String CA = "rabbit.tls.ca";
    private static final String CERTIFICATE = "rabbit.tls.certificate";
    private static final String KEY = "rabbit.tls.key";
    private static final String NONE = "none";
    private static final String TLS = "tls";
    private static final String OFF = "off";

    /** A certificate, and the key it is for, in PEM. */
    public record Own(Path certificate, Path key) {}

    /**
     * Reads the keys {@code rabbit.encryption} and {@code rabbit.tls.*}, and the files, so that a mistake stops the
     * start; null: not encrypted.
     */
    static @Nullable BrokerTls read(Settings settings) throws ConfigException {
        boolean encrypted =
                settings.choice("rabbit.encryption", OFF, Set.of(TLS, OFF)).equals(TLS);
        Path authorities = file(settings, CA);
        Path certificate = file(settings, CERTIFICATE);
        Path key = file(settings, KEY);
        if (!encrypted) {
            refuse(authorities, CA);
            refuse(certificate, CERTIFICATE);
            refuse(key, KEY);
            return null;
        }
        if (authorities == null) {
            throw new ConfigException(
                    CA + ": missing; rabbit.encryption = tls needs the authority of the broker's" + " certificate");
        }
        if ((certificate == null) != (key == null)) {
            throw new ConfigException(
                    key == null
                            ? KEY + ": missing; " + CERTIFICATE + " needs it"
                            : CERTIFICATE + ": missing; " + KEY + " needs it");
        }
        var tls = new BrokerTls(authorities, certificate == null || key == null ? null : new Own(certificate, key));
        try {
            var _ = tls.context();
            return tls;
        } catch (IOException e) {
            throw new ConfigException("rabbit.tls: " + e.getMessage());
        }
    }

    private static @Nullable Path file(Settings settings, String key) throws ConfigException {
        return settings.text(key, NONE).equals(NONE) ? null : settings.path(key);
    }

    private static void refuse(@Nullable Path file, String key) throws ConfigException {
        if (file != null) {
            throw new ConfigException(key + ": is given, but rabbit.encryption = off");
        }
    }

    /** As the files are now; throws, naming the file and the cause. */
    SSLContext context() throws IOException {
        try {
            return TlsContexts.of(
                    Pem.certificates(authorities),
                    own == null ? null : TlsIdentity.read(own.certificate(), own.key(), Instant.now()));
        } catch (GeneralSecurityException e) {
            throw new IOException("TLS cannot be set up: " + e.getMessage(), e);
        }
    }
}
