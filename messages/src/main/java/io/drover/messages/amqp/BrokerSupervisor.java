package io.drover.messages.amqp;

import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.ShutdownSignalException;
import io.drover.messages.time.BackgroundThread;
import io.drover.messages.time.Backoff;
import java.io.IOException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one connection to RabbitMQ open with everything that lives on it, for as long as the program runs. A broker
 * that is away, at the start or later, is said once and tried again with back-off.
 */
public final class BrokerSupervisor implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BrokerSupervisor.class);
    private static final int CONNECT_TIMEOUT_MS = 5_000;
    private static final int RPC_TIMEOUT_MS = 15_000;
    private static final int HEARTBEAT_S = 10;
    private static final int CLOSE_TIMEOUT_MS = 2_000;
    /** What a broker takes at most by default; a message that the client refused to read would come back for ever. */
    private static final int BODY_BYTES_MAX = 128 << 20;

    private static final Duration END_LIMIT = Duration.ofMillis(CONNECT_TIMEOUT_MS + RPC_TIMEOUT_MS);

    private static final String CLOSING = "closing";
    /** A session that lasted this long was a success: the next wait is the shortest again. */
    private static final Duration STABLE_AFTER = Duration.ofSeconds(10);
    /** A broker that is restarted twice in a row is back at once; from then on it has to last. */
    private static final int BRIEF_MAX = 2;

    private final BrokerConfig config;
    private final ConnectionFactory factory;
    private final String name;
    private final Backoff backoff;
    private final List<BrokerPart> parts;
    private final ExecutorService callbacks = Executors.newVirtualThreadPerTaskExecutor();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final BackgroundThread thread;
    private volatile @Nullable BrokerSession session;
    private volatile boolean connected;
    private final BrokerOutage outage;
    /** Sessions in a row that came about and did not last: a right may be missing that is needed later. */
    private int brief;
    /** A session is open of which it is not known yet whether it lasts. */
    private volatile boolean unproven;
    /** Why the last session ended or did not come about. */
    private volatile String away = "not connected yet";

    /**
     * Does nothing before {@link #start}.
     *
     * @param name shown by RabbitMQ's own tools
     * @param parts attached in this order, detached in the opposite one; each belongs to this supervisor alone
     */
    public BrokerSupervisor(BrokerConfig config, String name, Backoff backoff, List<? extends BrokerPart> parts) {
        this.config = config;
        this.name = name;
        this.backoff = backoff;
        this.parts = List.copyOf(parts);
        this.factory = factory(config);
        this.outage = new BrokerOutage(config.address(), name);
        this.thread = BackgroundThread.virtual("rabbit " + name, this::run);
    }

    static ConnectionFactory factory(BrokerConfig config) {
        var factory = new ConnectionFactory();
        factory.setHost(config.host());
        factory.setPort(config.port());
        factory.setVirtualHost(config.virtualHost());
        factory.setUsername(config.user());
        factory.setPassword(config.password());
        factory.setAutomaticRecoveryEnabled(false);
        factory.setTopologyRecoveryEnabled(false);
        factory.setConnectionTimeout(CONNECT_TIMEOUT_MS);
        factory.setHandshakeTimeout(RPC_TIMEOUT_MS);
        factory.setChannelRpcTimeout(RPC_TIMEOUT_MS);
        factory.setRequestedHeartbeat(HEARTBEAT_S);
        factory.setMaxInboundMessageBodySize(BODY_BYTES_MAX);
        factory.setThreadFactory(
                Thread.ofPlatform().daemon(true).name("rabbit-io-", 0).factory());
        factory.setExceptionHandler(new SilentDriver());
        if (config.tls() != null) {
            factory.enableHostnameVerification();
        }
        return factory;
    }

    /** Reads the files of TLS anew: a certificate that was renewed counts from the next connection on. */
    static Connection connect(BrokerConfig config, ConnectionFactory factory, ExecutorService callbacks, String name)
            throws IOException, TimeoutException {
        BrokerTls tls = config.tls();
        if (tls != null) {
            factory.useSslProtocol(tls.context());
        }
        return factory.newConnection(callbacks, name);
    }

    /** Starts connecting and returns at once, whether the broker is there or not. */
    public BrokerSupervisor start() {
        if (config.tls() == null && !config.isLocal()) {
            LOG.warn("rabbit.encryption = off: whoever sees the network sees the password and the messages");
        }
        var _ = thread.start();
        return this;
    }

    /** Whether connection, queues and consumers are all in place. */
    public boolean connected() {
        return connected;
    }

    /** Why nothing can be published at the moment, in the broker's own words where it gave any; empty when it can. */
    public Optional<String> trouble() {
        BrokerSession open = session;
        if (!connected || open == null) {
            return Optional.of("RabbitMQ at " + config.address() + " is away: " + away);
        }
        if (unproven) {
            return Optional.of("RabbitMQ at " + config.address() + " ends every session: " + away);
        }
        return Optional.ofNullable(open.blocked()).map(this::blockedText);
    }

    /** How many messages wait in a queue; empty while the broker is away or knows no such queue. Asks the broker. */
    public OptionalLong waiting(String queue) {
        BrokerSession open = session;
        if (!connected || open == null) {
            return OptionalLong.empty();
        }
        try {
            return OptionalLong.of(open.waiting(queue));
        } catch (IOException | ShutdownSignalException e) {
            LOG.debug("the length of queue {} is not known: {}", queue, text(e));
            return OptionalLong.empty();
        }
    }

    private String blockedText(String reason) {
        return "RabbitMQ at " + config.address() + " takes no messages: " + reason;
    }

    private void run() {
        int failures = 0;
        while (!isClosing()) {
            long startNanos = System.nanoTime();
            runSession();
            boolean wasStable = System.nanoTime() - startNanos >= STABLE_AFTER.toNanos();
            failures = wasStable ? 1 : failures + 1;
            if (wasStable) {
                brief = 0;
            }
            pause(backoff.after(failures));
        }
    }

    private boolean isClosing() {
        return closing.getCount() == 0;
    }

    private void pause(Duration wait) {
        try {
            var _ = closing.await(wait.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            // Only close() interrupts, and the loop looks at its latch next.
        }
    }

    /** One connection from opening to end. */
    private void runSession() {
        Connection connection = null;
        try {
            connection = connect(config, factory, callbacks, name);
            String reason = serve(connection);
            sayAway(reason);
        } catch (IOException | TimeoutException | ShutdownSignalException e) {
            sayAway(text(e));
        } catch (InterruptedException e) {
            // Only close() interrupts, and the loop looks at its latch next.
        } catch (RuntimeException e) {
            // Top of the thread: a defect in one part must not leave a program that runs and consumes nothing.
            LOG.error("RabbitMQ session of {} failed", name, e);
        } finally {
            connected = false;
            session = null;
            parts.reversed().forEach(BrokerPart::detach);
            if (connection != null) {
                connection.abort(CLOSE_TIMEOUT_MS);
            }
        }
    }

    /** Returns why the session ended. */
    private String serve(Connection connection) throws IOException, InterruptedException {
        var opened = new BrokerSession(connection, config);
        connection.addBlockedListener(reason -> block(opened, reason), () -> unblock(opened));
        session = opened;
        if (isClosing()) {
            return CLOSING;
        }
        for (BrokerPart part : parts) {
            part.attach(opened);
        }
        unproven = brief >= BRIEF_MAX;
        connected = true;
        brief++;
        if (unproven) {
            Optional<String> ended = opened.awaitBroken(STABLE_AFTER);
            if (ended.isPresent()) {
                return ended.get();
            }
            unproven = false;
        }
        outage.over();
        return opened.awaitBroken();
    }

    private void block(BrokerSession opened, String reason) {
        if (!reason.equals(opened.blocked())) {
            LOG.warn("{}; what is to be published waits", blockedText(reason));
        }
        opened.blocked(reason);
    }

    private void unblock(BrokerSession opened) {
        opened.blocked(null);
        LOG.info("RabbitMQ at {} takes messages again", config.address());
    }

    private void sayAway(String reason) {
        away = reason;
        if (!isClosing()) {
            outage.because(reason);
        }
    }

    /** Why a broker cannot be used, in its own words where it gave any. */
    static String text(Exception e) {
        Throwable cause = e.getCause();
        if ((cause == null ? e : cause) instanceof ShutdownSignalException signal) {
            return BrokerSession.text(signal);
        }
        if (cause instanceof CertificateException && isForeign(cause.getCause())) {
            return "its certificate is from no authority in rabbit.tls.ca";
        }
        // The client wraps the broker's own words, for example a refused password, one level down; so does TLS.
        Throwable telling = cause != null && (e.getMessage() == null || e instanceof SSLException) ? cause : e;
        return telling.getMessage() == null ? telling.getClass().getSimpleName() : telling.getMessage();
    }

    /** Another authority may have the same name. */
    private static boolean isForeign(@Nullable Throwable why) {
        return why instanceof CertPathBuilderException
                || (why instanceof CertPathValidatorException invalid
                        && invalid.getReason() == BasicReason.INVALID_SIGNATURE);
    }

    /**
     * Closes the connection; what is not acknowledged will be delivered to another session. Of one that was never
     * started there is nothing to close.
     */
    @Override
    public void close() {
        closing.countDown();
        BrokerSession open = session;
        if (open == null) {
            thread.interrupt();
        } else {
            open.fail(CLOSING);
        }
        boolean _ = thread.join(END_LIMIT);
        callbacks.shutdown();
    }
}
