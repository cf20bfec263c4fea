package io.drover.messages.amqp;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ShutdownSignalException;
import io.drover.messages.bus.Routing;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** One connection from its opening until anything about it breaks. */
public final class BrokerSession {
    private final Connection connection;
    private final BrokerConfig config;
    private final CountDownLatch broken = new CountDownLatch(1);
    private final AtomicReference<@Nullable String> reason = new AtomicReference<>();

    /** Why the broker takes no messages; null: it takes them. */
    private volatile @Nullable String blocked;

    BrokerSession(Connection connection, BrokerConfig config) {
        this.connection = connection;
        this.config = config;
        connection.addShutdownListener(cause -> fail(text(cause)));
    }

    /** Ends the session; everything is opened again. The first reason counts. */
    void fail(String why) {
        reason.compareAndSet(null, why);
        broken.countDown();
    }

    String awaitBroken() throws InterruptedException {
        broken.await();
        return String.valueOf(reason.get());
    }

    /** Waits at most so long; empty: the session stands. */
    Optional<String> awaitBroken(Duration within) throws InterruptedException {
        return broken.await(within.toMillis(), TimeUnit.MILLISECONDS)
                ? Optional.of(String.valueOf(reason.get()))
                : Optional.empty();
    }

    QueueMode queueMode() {
        return config.queueMode();
    }

    /** The user of this connection. */
    String user() {
        return config.user();
    }

    /** The broker reads nothing more from this connection, until {@code why} is null. */
    void blocked(@Nullable String why) {
        blocked = why;
    }

    /** Why the broker takes no messages, in its own words; null while it takes them. */
    @Nullable
    String blocked() {
        return blocked;
    }

    /** Opens a channel whose end, for whatever reason, ends the session. */
    Channel openChannel() throws IOException {
        Channel channel = openChannelApart();
        channel.addShutdownListener(cause -> fail(text(cause)));
        return channel;
    }

    /** Opens a channel that the broker may close without ending the session. */
    Channel openChannelApart() throws IOException {
        Channel channel = connection.createChannel();
        if (channel == null) {
            throw new IOException("the broker allows no further channel");
        }
        return channel;
    }

    /** Declares the exchange {@code drover_fleet} unless it is there, with whatever flags it has. */
    void declareExchange() throws IOException {
        declareExchange(Routing.EXCHANGE);
    }

    private void declareExchange(String name) throws IOException {
        boolean exists = probe(channel -> channel.exchangeDeclarePassive(name));
        if (!exists) {
            with(channel -> channel.exchangeDeclare(name, "topic", queueMode().durable()));
        }
    }

    /** Declares the queue and the exchanges it is bound to unless they are there, with whatever flags they have. */
    void declare(QueueSpec queue) throws IOException {
        for (String exchange : queue.exchanges()) {
            declareExchange(exchange);
        }
        // A foreign exclusive queue cannot be probed, and one's own is never there before.
        boolean exists = !queue.exclusive() && probe(channel -> channel.queueDeclarePassive(queue.name()));
        with(channel -> {
            if (!exists) {
                boolean autoDelete = queue.exclusive();
                channel.queueDeclare(queue.name(), queue.durable(), queue.exclusive(), autoDelete, queue.arguments());
            }
            for (QueueSpec.Binding binding : queue.bindings()) {
                channel.queueBind(queue.name(), binding.exchange(), binding.key());
            }
        });
    }

    /**
     * Declares the queue as {@link #declare} does where it is missing, and leaves one that is there alone: who only
     * needs it may have no rights to it.
     */
    void declareMissing(QueueSpec queue) throws IOException {
        if (!probe(channel -> channel.queueDeclarePassive(queue.name()))) {
            declare(queue);
        }
    }

    /** How many messages wait in a queue that is there. */
    long waiting(String queue) throws IOException {
        var length = new AtomicLong();
        with(channel -> length.set(channel.queueDeclarePassive(queue).getMessageCount()));
        return length.get();
    }

    private interface ChannelAction {
        void run(Channel channel) throws IOException;
    }

    /** A failed passive declaration closes its channel, so each gets one to throw away. */
    private boolean probe(ChannelAction declarePassive) throws IOException {
        try {
            with(declarePassive);
            return true;
        } catch (IOException e) {
            if (e.getCause() instanceof ShutdownSignalException cause && isNotFound(cause)) {
                return false;
            }
            throw e;
        }
    }

    private static boolean isNotFound(ShutdownSignalException cause) {
        return cause.getReason() instanceof AMQP.Channel.Close close && close.getReplyCode() == 404;
    }

    private void with(ChannelAction action) throws IOException {
        Channel channel = openChannelApart();
        try {
            action.run(channel);
        } finally {
            channel.abort();
        }
    }

    /** The broker's own words where it gave any. */
    static String text(ShutdownSignalException cause) {
        if (cause.getReason() instanceof AMQP.Channel.Close close) {
            return close.getReplyText();
        }
        if (cause.getReason() instanceof AMQP.Connection.Close close) {
            return close.getReplyText();
        }
        return String.valueOf(cause.getMessage());
    }
}
