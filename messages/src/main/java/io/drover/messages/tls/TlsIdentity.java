package io.drover.messages.tls;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;

/**
 * Who one end of a connection is.
 *
 * @param chain its certificate, and after it those of authorities in between
 */
public record TlsIdentity(PrivateKey key, List<X509Certificate> chain) {
    private static final byte[] PROBE = {1, 2, 3, 4};

    public TlsIdentity {
        chain = List.copyOf(chain);
    }

    /** Throws, naming the file at fault, where the key is not the certificate's or the certificate has expired. */
    public static TlsIdentity read(Path certificate, Path key, Instant now) throws IOException {
        var identity = new TlsIdentity(Pem.key(key), Pem.certificates(certificate));
        X509Certificate own = identity.chain().getFirst();
        Instant end = own.getNotAfter().toInstant();
        if (now.isAfter(end)) {
            throw new IOException(certificate + " has expired at " + end);
        }
        if (!identity.isPair()) {
            throw new IOException(key + " is not the key of " + certificate);
        }
        return identity;
    }

    private boolean isPair() throws IOException {
        PublicKey open = chain.getFirst().getPublicKey();
        if (!open.getAlgorithm().equals(key.getAlgorithm())) {
            return false;
        }
        try {
            var signature = Signature.getInstance(
                    switch (key.getAlgorithm()) {
                        case "RSA" -> "SHA256withRSA";
                        case "EC" -> "SHA256withECDSA";
                        default -> "EdDSA";
                    });
            signature.initSign(key);
            signature.update(PROBE);
            byte[] signed = signature.sign();
            signature.initVerify(open);
            signature.update(PROBE);
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            throw new IOException("the private key cannot be used: " + e.getMessage(), e);
        }
    }

    KeyManager[] keyManagers() throws GeneralSecurityException, IOException {
        var store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        var noPassword = new char[0]; // the store never leaves memory
        store.setKeyEntry("own", key, noPassword, chain.toArray(new Certificate[0]));
        var keys = KeyManagerFactory.getInstance("PKIX");
        keys.init(store, noPassword);
        return keys.getKeyManagers();
    }
}
