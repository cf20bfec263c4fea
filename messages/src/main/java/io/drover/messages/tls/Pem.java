package io.drover.messages.tls;

import io.drover.messages.text.FileProblem;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Certificates and private keys as PEM files (RFC 7468). Every exception names the file and the cause. */
public final class Pem {
    private static final String KEY_BEGIN = "-----BEGIN PRIVATE KEY-----";
    private static final String KEY_END = "-----END PRIVATE KEY-----";
    private static final String RSA = "RSA";
    private static final List<String> ALGORITHMS = List.of(RSA, "EC", "EdDSA");
    private static final int LINE_CHARS = 64;

    private Pem() {}

    /** The first certificate of a file. */
    public static X509Certificate certificate(Path file) throws IOException {
        return certificates(file).getFirst();
    }

    /** Every certificate of a file, of which there is at least one: a chain, or a bundle of authorities. */
    public static List<X509Certificate> certificates(Path file) throws IOException {
        try {
            var bytes = new ByteArrayInputStream(content(file));
            List<X509Certificate> all = CertificateFactory.getInstance("X.509").generateCertificates(bytes).stream()
                    .map(X509Certificate.class::cast)
                    .toList();
            if (all.isEmpty()) {
                throw new IOException(file + " holds no certificate in PEM");
            }
            return all;
        } catch (GeneralSecurityException e) {
            throw new IOException(file + " is not a certificate in PEM: " + e.getMessage(), e);
        }
    }

    /** PKCS#8, not encrypted: RSA, elliptic curve or EdDSA. */
    public static PrivateKey key(Path file) throws IOException {
        byte[] bytes = pkcs8(file);
        for (String algorithm : ALGORITHMS) {
            Optional<PrivateKey> key = key(file, bytes, algorithm);
            if (key.isPresent()) {
                return key.get();
            }
        }
        throw new IOException(file + " holds a key that is none of " + String.join(", ", ALGORITHMS));
    }

    /** PKCS#8, not encrypted. */
    public static PrivateKey rsaKey(Path file) throws IOException {
        return key(file, pkcs8(file), RSA).orElseThrow(() -> new IOException(file + " is not an RSA key"));
    }

    private static Optional<PrivateKey> key(Path file, byte[] pkcs8, String algorithm) throws IOException {
        try {
            return Optional.of(KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8)));
        } catch (InvalidKeySpecException e) {
            return Optional.empty();
        } catch (GeneralSecurityException e) { // every Java has the three
            throw new IOException(file + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static byte[] pkcs8(Path file) throws IOException {
        String text = new String(content(file), StandardCharsets.US_ASCII);
        int begin = text.indexOf(KEY_BEGIN);
        int end = text.indexOf(KEY_END);
        if (begin < 0 || end < begin) {
            throw new IOException(
                    file + " holds no PKCS#8 private key in PEM; openssl pkcs8 -topk8 -nocrypt makes one");
        }
        try {
            return Base64.getMimeDecoder().decode(text.substring(begin + KEY_BEGIN.length(), end));
        } catch (IllegalArgumentException e) {
            throw new IOException(file + " holds a key that is not base64: " + e.getMessage(), e);
        }
    }

    public static void write(Path file, X509Certificate certificate) throws IOException {
        try {
            create(file, "rw-r--r--", text("CERTIFICATE", certificate.getEncoded()));
        } catch (GeneralSecurityException e) {
            throw new IOException("the certificate for " + file + " cannot be encoded", e);
        }
    }

    /** For its owner's eyes only, from the first byte on. */
    public static void write(Path file, PrivateKey key) throws IOException {
        create(file, "rw-------", text("PRIVATE KEY", key.getEncoded()));
    }

    private static void create(Path file, String permissions, String text) throws IOException {
        var attribute = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions));
        var options = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        try (var channel = Files.newByteChannel(file, options, attribute)) {
            var bytes = StandardCharsets.US_ASCII.encode(text);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        }
    }

    private static String text(String label, byte[] bytes) {
        String body = Base64.getMimeEncoder(LINE_CHARS, new byte[] {'\n'}).encodeToString(bytes);
        return "-----BEGIN " + label + "-----\n" + body + "\n-----END " + label + "-----\n";
    }

    private static byte[] content(Path file) throws IOException {
        try {
            return Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            throw new IOException(file + " is missing", e);
        } catch (IOException e) {
            throw new IOException("cannot read " + file + ": " + FileProblem.of(file, e), e);
        }
    }
}
