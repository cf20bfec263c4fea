package io.drover.scheduler.http;

import io.drover.messages.text.FileProblem;
import io.drover.messages.time.Clock;
import io.drover.schema.scheduler.AccessStore;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeoutException;
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

/** Serves routes over Jetty, a virtual thread a request: on a loopback address, or over TLS to who has a token. */
public final class HttpApi implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HttpApi.class);
    private static final long IDLE_MS = 30_000;
    private static final long STOP_MS = 1_000;
    /** After which a connection that nobody asks anything over is closed at the end. */
    private static final long SHUTDOWN_IDLE_MS = 50;

    private static final int UNAUTHORIZED = 401;
    private static final int BACKLOG = 64;

    private final Server server;
    private final ServerConnector connector;

    private HttpApi(Server server, ServerConnector connector) {
        this.server = server;
        this.connector = connector;
    }

    /**
     * Begins to listen.
     *
     * @param access who has a token, and the audit
     * @throws IOException when the port is taken, or the certificate cannot be used
     */
    public static HttpApi start(HttpSettings settings, Routes routes, AccessStore access, Clock clock)
            throws IOException {
        var server = new Server(new VirtualThreadPool());
        var connector = connector(server, settings);
        server.addConnector(connector);
        var gate = new Gate(settings.open(), access, clock);
        server.setHandler(new GracefulHandler(new RouterHandler(new Router(gate, routes.all(), access))));
        server.setErrorHandler(new JsonErrors());
        server.setStopTimeout(STOP_MS);
        var api = new HttpApi(server, connector);
        try {
            server.start();
            return api;
        } catch (Exception e) { // Jetty throws what its parts throw
            api.close();
            String address = settings.address().getHostString() + ":"
                    + settings.address().getPort();
            // The reason is below Jetty's own word for the address.
            Throwable reason = e.getCause() instanceof BindException bind ? bind : e;
            throw new IOException("http.port: cannot listen at " + address + ": " + FileProblem.told(reason), e);
        }
    }

    private static ServerConnector connector(Server server, HttpSettings settings) throws IOException {
        var http = new HttpConfiguration();
        http.setSendServerVersion(false);
        // The router decodes paths itself, and serves no files.
        http.setUriCompliance(UriCompliance.UNSAFE);
        var factory = new HttpConnectionFactory(http);
        HttpSettings.Tls tls = settings.tls();
        ServerConnector connector;
        if (tls == null) {
            connector = new ServerConnector(server, factory);
        } else {
            var ssl = new SslContextFactory.Server();
            ssl.setSslContext(tls.context());
            connector = new ServerConnector(server, ssl, factory);
        }
        connector.setHost(settings.address().getAddress().getHostAddress());
        connector.setPort(settings.address().getPort());
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
            LOG.debug("requests were under way when the HTTP API stopped", e);
        } catch (Exception e) { // Jetty throws what its parts throw
            throw new IllegalStateException("the HTTP API did not stop: " + e.getMessage(), e);
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

    private static final class RouterHandler extends Handler.Abstract {
        private final Router router;

        RouterHandler(Router router) {
            this.router = router;
        }

        @Override
        public boolean handle(Request request, Response response, Callback callback) {
            var from = (InetSocketAddress) request.getConnectionMetaData().getRemoteSocketAddress();
            send(
                    router.answer(new Incoming(
                            request.getMethod(),
                            request.getHttpURI().getPath(),
                            request.getHttpURI().getQuery(),
                            request.getHeaders()::get,
                            Content.Source.asInputStream(request),
                            from.getAddress())),
                    response,
                    callback);
            return true;
        }
    }
}
