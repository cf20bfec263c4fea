package io.drover.worker;

import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a program opened, closed newest first; one that cannot be closed does not keep the others open. */
final class CloseStack implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CloseStack.class);
    private final Deque<AutoCloseable> open = new ArrayDeque<>();

    /** Closes it when this is closed. */
    <T extends AutoCloseable> T push(T thing) {
        open.push(thing);
        return thing;
    }

    /** May be repeated. An interrupt that has asked for the end does not break off what closing waits for. */
    @Override
    public void close() {
        boolean interrupted = Thread.interrupted();
        while (!open.isEmpty()) {
            try {
                open.pop().close();
            } catch (InterruptedException e) {
                interrupted = true;
            } catch (Exception e) {
                // Whatever it was: the process ends, and everything here survives a kill as well.
                LOG.warn("closing: {}", e.toString());
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
