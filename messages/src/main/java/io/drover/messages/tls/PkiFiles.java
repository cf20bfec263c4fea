package io.drover.messages.tls;

import java.nio.file.Path;

/**
 * The names of the files in a host's folder. They are those that QEMU's {@code tls-creds-x509} looks for, so that one
 * folder serves the worker and QEMU; the client's files are links to the server's.
 */
public record PkiFiles(Path folder) {
    public Path authority() {
        return folder.resolve("ca-cert.pem");
    }

    public Path certificate() {
        return folder.resolve("server-cert.pem");
    }

    public Path key() {
        return folder.resolve("server-key.pem");
    }

    public Path clientCertificate() {
        return folder.resolve("client-cert.pem");
    }

    public Path clientKey() {
        return folder.resolve("client-key.pem");
    }
}
