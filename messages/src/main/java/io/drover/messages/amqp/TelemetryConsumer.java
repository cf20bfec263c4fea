package io.drover.messages.amqp;

import io.drover.messages.HostReport;
import io.drover.messages.InvalidMessageException;
import io.drover.messages.bus.Sender;
import io.drover.messages.json.DroverJson;
import io.drover.messages.schemas.MessageSchemas;
import io.drover.messages.time.Backoff;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Hands every host's telemetry to one reader over a queue of its own that forgets the oldest reports first. */
public final class TelemetryConsumer implements BrokerPart {
    private static final Logger LOG = LoggerFactory.getLogger(TelemetryConsumer.class);
    private static final int PREFETCH = 50;
    private static final int SAID_MAX = 1_000;

    private final BiConsumer<Sender, HostReport> reader;
    private final QueueConsumer consumer;
    /** Only one thread at a time handles reports. */
    private final Set<String> said = new HashSet<>();

    /**
     * Does nothing before it is attached.
     *
     * @param name of the reader, part of the queue's name
     * @param lengthMax reports the queue holds
     * @param reader called by one thread at a time; when it throws, the report is dropped
     */
    public TelemetryConsumer(String name, int lengthMax, Backoff backoff, BiConsumer<Sender, HostReport> reader) {
        this.reader = reader;
        // A new name for each session: the broker may not yet have noticed that the last one's connection is gone.
        this.consumer = new QueueConsumer(
                mode -> QueueSpec.loads("load_" + name + "_" + UUID.randomUUID(), lengthMax),
                PREFETCH,
                this::handle,
                backoff);
    }

    @Override
    public void attach(BrokerSession session) throws IOException {
        consumer.attach(session);
    }

    @Override
    public void detach() {
        consumer.detach();
    }

    /** Once a sender and field: it goes on sending. */
    private void say(Sender sender, String field, String why) {
        if (said.size() < SAID_MAX && said.add(sender + " " + field)) {
            LOG.warn("dropped telemetry that cannot be read, of {}: {}", sender, why);
        }
    }

    private Verdict handle(Delivery delivery) {
        try {
            JsonNode tree = DroverJson.mapper().readTree(delivery.body());
            MessageSchemas.load().check(tree);
            reader.accept(delivery.sender(), DroverJson.mapper().treeToValue(tree, HostReport.class));
        } catch (InvalidMessageException e) {
            say(delivery.sender(), e.field(), e.getMessage());
        } catch (JacksonException e) {
            say(delivery.sender(), "body", e.getOriginalMessage());
        } catch (RuntimeException e) {
            // The next report is worth more than this one: whatever ails the reader must not pile up telemetry.
            LOG.warn("dropped a report", e);
        }
        return new Verdict.Accepted();
    }
}
