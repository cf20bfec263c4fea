package io.drover.worker.pki;

import io.drover.messages.HostId;
import io.drover.messages.tls.Pem;
import io.drover.messages.tls.PkiFiles;
import io.drover.messages.tls.TlsContexts;
import io.drover.messages.tls.TlsIdentity;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;

/** A host's certificate, its key and the fleet's authority, read from a folder that {@link FleetAuthority} made. */
public final class HostCertificates {
    /** Which comes first is taken: the shorter key costs a fifth less on processors with AES instructions. */
    private static final String[] SUITES = {
        "TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"
    };

    private final Path folder;
    private final HostId host;
    private final X509Certificate certificate;
    private final SSLContext context;

    private HostCertificates(Path folder, HostId host, X509Certificate certificate, SSLContext context) {
        this.folder = folder;
        this.host = host;
        this.certificate = certificate;
        this.context = context;
    }

    /**
     * Reads the folder.
     *
     * @throws IOException naming the file that is missing or no good: not this host's, not of this authority, expired
     */
    public static HostCertificates read(Path folder, HostId host, Instant now) throws IOException {
        var files = new PkiFiles(folder);
        X509Certificate authority = Pem.certificate(files.authority());
        X509Certificate certificate = Pem.certificate(files.certificate());
        PrivateKey key = Pem.rsaKey(files.key());
        List<String> names = CertificateName.of(certificate);
        if (!names.equals(List.of(host.value()))) {
            throw new IOException(files.certificate() + " is for " + names + ", not for " + host);
        }
        if (now.isAfter(certificate.getNotAfter().toInstant())) {
            throw new IOException(files.certificate() + " has expired at "
                    + certificate.getNotAfter().toInstant());
        }
        try {
            certificate.verify(authority.getPublicKey());
            return new HostCertificates(
                    folder,
                    host,
                    certificate,
                    TlsContexts.of(List.of(authority), new TlsIdentity(key, List.of(certificate))));
        } catch (GeneralSecurityException e) {
            throw new IOException(files.certificate() + " is no good: " + e.getMessage(), e);
        }
    }

    /** One end of a connection: TLS 1.3 only, both sides authenticated, no session taken up again. */
    public SSLEngine engine(boolean client) {
        // Without the peer's address a client's session is not remembered, so that each connection checks anew.
        SSLEngine engine = context.createSSLEngine();
        engine.setUseClientMode(client);
        engine.setEnabledProtocols(new String[] {"TLSv1.3"});
        engine.setEnabledCipherSuites(SUITES);
        if (!client) {
            engine.setNeedClientAuth(true);
        }
        return engine;
    }

    /** Whose certificate it is. */
    public HostId host() {
        return host;
    }

    /** Where they were read, for QEMU to read them too. */
    public Path folder() {
        return folder;
    }

    /** The last instant of this host's certificate. */
    public Instant expires() {
        return certificate.getNotAfter().toInstant();
    }
}
