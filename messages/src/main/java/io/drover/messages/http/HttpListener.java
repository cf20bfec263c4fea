package io.drover.messages.http;

import java.net.InetSocketAddress;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Where a server listens.
 *
 * @param key of the port in the program's configuration, for messages
 * @param tls null: not encrypted
 * @param clientCertificates whether a client has to show a certificate of an authority that {@code tls} trusts
 */
public record HttpListener(
        String key, InetSocketAddress address, @Nullable SSLContext tls, boolean clientCertificates) {}
