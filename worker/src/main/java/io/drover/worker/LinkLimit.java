package io.drover.worker;

import io.drover.schema.StoreUnavailableException;
import io.drover.schema.worker.WorkerStore;
import io.drover.worker.peer.LinkLimiter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps the link's limit as the database has it: set there by an operator, otherwise as configured. */
final class LinkLimit {
    private static final Logger LOG = LoggerFactory.getLogger(LinkLimit.class);
    private final WorkerStore store;
    private final LinkLimiter link;
    private final long configured;

    LinkLimit(WorkerStore store, LinkLimiter link, long configuredBytesPerSecond) {
        this.store = store;
        this.link = link;
        this.configured = configuredBytesPerSecond;
    }

    /** Reads the limit; while the database is away the one of before stands. */
    void look() {
        try {
            long wanted = store.linkLimit().orElse(configured);
            if (wanted != link.bytesPerSecond()) {
                LOG.info("the link may carry {} bytes per second from now on", wanted);
                link.setBytesPerSecond(wanted);
            }
        } catch (StoreUnavailableException e) {
            LOG.debug("the link's limit was not read: {}", e.getMessage());
        }
    }
}
