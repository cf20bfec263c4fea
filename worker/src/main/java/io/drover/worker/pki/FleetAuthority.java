package io.drover.worker.pki;

import io.drover.messages.HostId;
import io.drover.messages.tls.Pem;
import io.drover.messages.tls.PkiFiles;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * The fleet's certificate authority in a folder: {@code ca-cert.pem}, {@code ca-key.pem}, and {@code hosts/<host>/} for
 * each host. RSA, because QEMU 7.2 with GnuTLS does not load the JDK's elliptic curve keys. Nothing is ever
 * overwritten.
 */
public final class FleetAuthority {
    private static final int RSA_BITS = 3072;
    private static final int SERIAL_BITS = 127;
    private static final String ALGORITHM = "SHA256withRSA";

    /** For hosts whose clock is late. */
    private static final Duration BEFORE = Duration.ofHours(1);

    private final Path folder;
    private final PrivateKey key;
    private final X509Certificate certificate;
    private final SecureRandom random;

    /**
     * For how long a certificate is good.
     *
     * @param now the clock's instant; the certificate begins an hour earlier
     */
    public record Validity(Instant now, Duration length) {
        /** Ends no later than this certificate. */
        Validity within(X509Certificate issuer) {
            Duration most = Duration.between(now, issuer.getNotAfter().toInstant());
            return length.compareTo(most) > 0 ? new Validity(now, most) : this;
        }

        Instant end() {
            return now.plus(length);
        }
    }

    private FleetAuthority(Path folder, PrivateKey key, X509Certificate certificate, SecureRandom random) {
        this.folder = folder;
        this.key = key;
        this.certificate = certificate;
        this.random = random;
    }

    /**
     * Makes a new authority.
     *
     * @throws FileAlreadyExistsException there is one already
     */
    public static FleetAuthority init(Path folder, Validity validity, SecureRandom random) throws IOException {
        createPrivate(folder);
        refuseExisting(authorityKey(folder));
        refuseExisting(new PkiFiles(folder).authority());
        KeyPair pair = keyPair(random);
        try {
            var name = new X500Name("CN=Drover fleet");
            var builder = builder(name, name, pair.getPublic(), validity, random);
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
            X509Certificate certificate = sign(builder, pair.getPrivate());
            Pem.write(authorityKey(folder), pair.getPrivate());
            Pem.write(new PkiFiles(folder).authority(), certificate);
            return new FleetAuthority(folder, pair.getPrivate(), certificate, random);
        } catch (GeneralSecurityException | OperatorCreationException e) {
            throw new IOException("the authority's certificate cannot be made: " + e.getMessage(), e);
        }
    }

    /** Opens one that {@link #init} made. */
    public static FleetAuthority open(Path folder, SecureRandom random) throws IOException {
        return new FleetAuthority(
                folder, Pem.rsaKey(authorityKey(folder)), Pem.certificate(new PkiFiles(folder).authority()), random);
    }

    /** The last instant of its certificate. */
    public Instant expires() {
        return certificate.getNotAfter().toInstant();
    }

    /**
     * Makes a host's key and certificate, not beyond the authority's own end; returns the folder to be copied to the
     * host.
     *
     * @throws FileAlreadyExistsException the host has a folder
     */
    public Path issue(HostId host, Validity validity) throws IOException {
        Path target = folder.resolve("hosts").resolve(host.value());
        refuseExisting(target);
        createPrivate(target);
        KeyPair pair = keyPair(random);
        var files = new PkiFiles(target);
        try {
            Pem.write(files.key(), pair.getPrivate());
            Pem.write(files.certificate(), certificate(host, pair.getPublic(), validity.within(certificate)));
            Pem.write(files.authority(), certificate);
        } catch (GeneralSecurityException | OperatorCreationException e) {
            throw new IOException("the certificate of " + host + " cannot be made: " + e.getMessage(), e);
        }
        Files.createSymbolicLink(files.clientCertificate(), files.certificate().getFileName());
        Files.createSymbolicLink(files.clientKey(), files.key().getFileName());
        return target;
    }

    private X509Certificate certificate(HostId host, PublicKey publicKey, Validity validity)
            throws IOException, GeneralSecurityException, OperatorCreationException {
        var issuer = X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded());
        var builder = builder(issuer, new X500Name("CN=" + host), publicKey, validity, random);
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
        int usage = KeyUsage.digitalSignature | KeyUsage.keyEncipherment;
        builder.addExtension(Extension.keyUsage, true, new KeyUsage(usage));
        var purposes = new KeyPurposeId[] {KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth};
        builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purposes));
        var name = new GeneralNames(new GeneralName(GeneralName.dNSName, host.value()));
        builder.addExtension(Extension.subjectAlternativeName, false, name);
        var authority = new JcaX509ExtensionUtils().createAuthorityKeyIdentifier(certificate);
        builder.addExtension(Extension.authorityKeyIdentifier, false, authority);
        return sign(builder, key);
    }

    private static X509v3CertificateBuilder builder(
            X500Name issuer, X500Name subject, PublicKey publicKey, Validity validity, SecureRandom random)
            throws IOException, GeneralSecurityException {
        var builder = new JcaX509v3CertificateBuilder(
                issuer,
                new BigInteger(SERIAL_BITS, random).add(BigInteger.ONE),
                Date.from(validity.now().minus(BEFORE)),
                Date.from(validity.end()),
                subject,
                publicKey);
        var identifier = new JcaX509ExtensionUtils().createSubjectKeyIdentifier(publicKey);
        return builder.addExtension(Extension.subjectKeyIdentifier, false, identifier);
    }

    private static X509Certificate sign(X509v3CertificateBuilder builder, PrivateKey key)
            throws GeneralSecurityException, OperatorCreationException {
        return new JcaX509CertificateConverter()
                .getCertificate(builder.build(new JcaContentSignerBuilder(ALGORITHM).build(key)));
    }

    private static KeyPair keyPair(SecureRandom random) {
        try {
            var generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(RSA_BITS, random);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) { // every Java has RSA
            throw new IllegalStateException(e);
        }
    }

    private static Path authorityKey(Path folder) {
        return folder.resolve("ca-key.pem");
    }

    private static void refuseExisting(Path file) throws IOException {
        if (Files.exists(file)) {
            throw new FileAlreadyExistsException(file.toString(), null, "it exists and is not overwritten");
        }
    }

    private static void createPrivate(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            var permissions = PosixFilePermissions.fromString("rwx------");
            Files.createDirectories(folder, PosixFilePermissions.asFileAttribute(permissions));
        }
    }
}
