package io.drover.messages.tls;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** Makes contexts of TLS that trust the named authorities and nobody else. */
public final class TlsContexts {
    private TlsContexts() {}

    /**
     * For TLS 1.3 and, where the other end has no more, 1.2.
     *
     * @param own null: this end shows no certificate
     */
    public static SSLContext of(List<X509Certificate> authorities, @Nullable TlsIdentity own)
            throws GeneralSecurityException, IOException {
        var trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        for (int i = 0; i < authorities.size(); i++) {
            trusted.setCertificateEntry("authority " + i, authorities.get(i));
        }
        var trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(trusted);
        var context = SSLContext.getInstance("TLS");
        context.init(own == null ? null : own.keyManagers(), trust.getTrustManagers(), null);
        return context;
    }
}
