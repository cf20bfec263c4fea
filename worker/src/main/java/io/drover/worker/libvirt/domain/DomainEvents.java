package io.drover.worker.libvirt.domain;

import io.drover.worker.libvirt.rpc.Procedure;
import io.drover.worker.libvirt.rpc.RpcCalls;
import io.drover.worker.libvirt.rpc.RpcMessages;
import io.drover.worker.libvirt.xdr.XdrException;
import io.drover.worker.libvirt.xdr.XdrReader;
import io.drover.worker.libvirt.xdr.XdrWriter;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The events of a connection, and who listens to them. */
public final class DomainEvents implements RpcMessages {
    private static final Logger LOG = LoggerFactory.getLogger(DomainEvents.class);
    /** {@code VIR_DOMAIN_EVENT_ID_LIFECYCLE}. */
    private static final int LIFECYCLE = 0;

    private final List<Consumer<LifecycleEvent>> listeners = new CopyOnWriteArrayList<>();
    private boolean registered;

    /** Asks for the events of all domains, once for all listeners. What happened before is the caller's to look at. */
    public synchronized void listen(RpcCalls calls, Consumer<LifecycleEvent> listener)
            throws IOException, InterruptedException {
        if (!registered) {
            var ofAllDomains = new XdrWriter().int32(LIFECYCLE).bool(false);
            calls.ask(Procedure.CONNECT_DOMAIN_EVENT_CALLBACK_REGISTER_ANY, ofAllDomains, XdrReader::int32);
            registered = true;
        }
        listeners.add(listener);
    }

    @Override
    public void take(int number, XdrReader payload) throws XdrException {
        if (number != Procedure.DOMAIN_EVENT_CALLBACK_LIFECYCLE.number()) {
            return;
        }
        LifecycleEvent event = LifecycleEvent.read(payload);
        payload.end();
        for (Consumer<LifecycleEvent> listener : listeners) {
            try {
                listener.accept(event);
            } catch (RuntimeException e) {
                // A defect of the listener must not cost the connection, on which migrations may depend.
                LOG.error("{} could not be taken", event, e);
            }
        }
    }
}
