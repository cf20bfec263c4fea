package io.drover.testbed.rabbit;

import java.nio.file.Path;

/**
 * What a private node shows to clients over TLS, whose own certificates it asks for.
 *
 * @param authority of the clients' certificates, PEM
 */
public record RabbitTls(Path authority, Path certificate, Path key) {
    String settings(int port) {
        return """
            listeners.ssl.1 = 127.0.0.1:%d
            ssl_options.cacertfile = %s
            ssl_options.certfile = %s
            ssl_options.keyfile = %s
            ssl_options.verify = verify_peer
            ssl_options.fail_if_no_peer_cert = true
            """.formatted(port, authority, certificate, key);
    }
}
