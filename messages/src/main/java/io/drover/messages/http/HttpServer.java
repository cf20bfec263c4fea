package io.drover.messages.http;

import io.drover.messages.text.FileProblem;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import javax.net.ssl.SSLContext;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.VirtualThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers HTTP over Jetty, a virtual thread a request. Only this package knows Jetty. */
public final class HttpServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HttpServer.class);
    private static final long IDLE_MS = 30_000;
    private static final long STOP_MS = 1_000;
    /** After which a connection that nobody asks anything over is closed at the end. */
    private static final long SHUTDOWN_IDLE_MS = 50;

    private static final int UNAUTHORIZED = 401;
    private static final int BACKLOG = 64;

    private final Server server;
    private final ServerConnector connector;

    private HttpServer(Server server, ServerConnector connector) {
        this.server = server;
        this.connector = connector;
    }

    /**
     * Begins to listen.
     *
     * @param answers answers each request, in a thread of its own, and throws nothing
     * @throws IOException when the port is taken, naming key and address
     */
    public static HttpServer start(HttpListener listener, Function<Incoming, ApiResponse> answers) throws IOException {
        var server = new Server(new VirtualThreadPool());
        var connector = connector(server, listener);
        server.addConnector(connector);
        server.setHandler(new GracefulHandler(new AnsweringHandler(answers)));
        server.setErrorHandler(new JsonErrors());
        server.setStopTimeout(STOP_MS);
        var started = new HttpServer(server, connector);
        try {
            server.start();
            return started;
        } catch (Exception e) { // Jetty throws what its parts throw
            started.close();
            InetSocketAddress address = listener.address();
            // The reason is below Jetty's own word for the address.
            Throwable reason = e.getCause() instanceof BindException bind ? bind : e;
            throw new IOException(
                    listener.key() + ": cannot listen at " + address.getHostString() + ":" + address.getPort() + ": "
                            + FileProblem.told(reason),
                    e);
        }
    }

    private static ServerConnector connector(Server server, HttpListener listener) {
        var http = new HttpConfiguration();
        http.setSendServerVersion(false);
        // Who answers decodes paths, and serves no files.
        http.setUriCompliance(UriCompliance.UNSAFE);
        var factory = new HttpConnectionFactory(http);
        SSLContext tls = listener.tls();
        ServerConnector connector;
        if (tls == null) {
            connector = new ServerConnector(server, factory);
        } else {
            var ssl = new SslContextFactory.Server();
            ssl.setSslContext(tls);
            ssl.setNeedClientAuth(listener.clientCertificates());
            connector = new ServerConnector(server, ssl, factory);
        }
        connector.setHost(listener.address().getAddress().getHostAddress());
        connector.setPort(listener.address().getPort());
        connector.setAcceptQueueSize(BACKLOG);
        connector.setIdleTimeout(IDLE_MS);
        connector.setShutdownIdleTimeout(SHUTDOWN_IDLE_MS);
        return connector;
    }

    /** Where it listens; the port that was given out when the configured one is 0. */
    public InetSocketAddress address() {
        return new InetSocketAddress(connector.getHost(), connector.getLocalPort());
    }

    /** Answers under way get a second. */
    @Override
    public void close() {
        try {
            server.stop();
        } catch (TimeoutException e) {
            // It has stopped all the same: what had not been answered within the second is not answered.
            LOG.debug("requests were under way when the HTTP server stopped", e);
        } catch (Exception e) { // Jetty throws what its parts throw
            throw new IllegalStateException("the HTTP server did not stop: " + e.getMessage(), e);
        }
    }

    static void send(ApiResponse answer, Response response, Callback callback) {
        response.setStatus(answer.status());
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, answer.contentType());
        response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
        if (answer.status() == UNAUTHORIZED) {
            response.getHeaders().put(HttpHeader.WWW_AUTHENTICATE, "Bearer");
        }
        response.write(true, ByteBuffer.wrap(answer.bytes()), callback);
    }

    private static final class AnsweringHandler extends Handler.Abstract {
        private final Function<Incoming, ApiResponse> answers;

        AnsweringHandler(Function<Incoming, ApiResponse> answers) {
            this.answers = answers;
        }

        @Override
        public boolean handle(Request request, Response response, Callback callback) {
            var from = (InetSocketAddress) request.getConnectionMetaData().getRemoteSocketAddress();
            var incoming = new Incoming(
                    request.getMethod(),
                    request.getHttpURI().getPath(),
                    request.getHttpURI().getQuery(),
                    request.getHeaders()::get,
                    Content.Source.asInputStream(request),
                    from.getAddress());
            send(answers.apply(incoming), response, callback);
            return true;
        }
    }
}
