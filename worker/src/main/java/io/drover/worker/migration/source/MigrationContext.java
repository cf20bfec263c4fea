package io.drover.worker.migration.source;

import io.drover.messages.MigrationId;
import io.drover.messages.MigrationState;
import io.drover.messages.VmDefinition;
import io.drover.messages.VmId;
import io.drover.messages.text.FileProblem;
import io.drover.schema.record.MigrationRecord;
import io.drover.worker.hypervisor.SourceVm;
import io.drover.worker.hypervisor.VmGoneException;
import io.drover.worker.hypervisor.VmStatus;
import io.drover.worker.peer.PeerSession;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One attempt at one migration at its source: what was claimed, and what is open. Used by the migration's thread only. */
public final class MigrationContext implements AutoCloseable {
    private final MigrationRecord record;
    private final SourcePorts ports;
    private final MigrationPolicy policy;
    private final MigrationMonitor monitor;
    private final Journal journal;
    private final List<Step> entered = new ArrayList<>();
    private final List<AutoCloseable> kept = new ArrayList<>();
    private final String incarnation;
    private List<DiskReplication> replicated = List.of();
    private MigrationState state;
    private double fastest;
    private @Nullable SourceVm vm;
    private @Nullable PeerSession session;

    /** @param incarnation of the database, as it is before this attempt looks at any mark */
    MigrationContext(MigrationRecord record, SourcePorts ports, MigrationPolicy policy, String incarnation) {
        this.record = record;
        this.ports = ports;
        this.policy = policy;
        this.incarnation = incarnation;
        this.state = record.state();
        this.monitor = new MigrationMonitor(this);
        this.journal = new Journal(this);
    }

    /** As claimed by this attempt. */
    public MigrationRecord record() {
        return record;
    }

    public SourcePorts ports() {
        return ports;
    }

    public MigrationPolicy policy() {
        return policy;
    }

    public MigrationMonitor monitor() {
        return monitor;
    }

    Journal journal() {
        return journal;
    }

    public MigrationId id() {
        return record.task().id();
    }

    public VmDefinition definition() {
        return record.definition();
    }

    public VmId vm() {
        return record.definition().id();
    }

    public MigrationState state() {
        return state;
    }

    /** The destination host's name, for messages. */
    public String destinationName() {
        return record.task().destination().value();
    }

    /** Moves the migration on; {@link MigrationOutcome.Superseded} when the database refuses. */
    public void moveTo(MigrationState to, @Nullable String reason) throws IOException {
        var outcome = ports.store().transition(id(), record.attempt(), to, reason);
        if (!outcome.done()) {
            throw new MigrationOutcome.Superseded(outcome.refusal());
        }
        state = to;
        ports.meters().entered(to);
    }

    /** The give and the destination move the state by other calls than {@link #moveTo}. */
    public void sawState(MigrationState seen) {
        state = seen;
    }

    /** The VM here, or empty when its process is proven gone. */
    public Optional<SourceVm> findVm() throws IOException, InterruptedException {
        if (vm == null) {
            vm = ports.hypervisor().findSource(vm()).orElse(null);
        }
        return Optional.ofNullable(vm);
    }

    public SourceVm sourceVm() throws IOException, InterruptedException {
        return findVm().orElseThrow(() -> new VmGoneException(vm()));
    }

    /** Empty when the VM's process is proven gone. */
    public Optional<VmStatus> vmStatus() throws IOException, InterruptedException {
        try {
            var found = findVm();
            return found.isPresent() ? Optional.of(found.get().status()) : Optional.empty();
        } catch (VmGoneException e) {
            closeVm();
            return Optional.empty();
        }
    }

    /** The session with the destination's worker; opened when there is none. */
    public PeerSession session() throws IOException, InterruptedException {
        if (session == null) {
            session = ports.peers()
                    .open(record.destinationAddress(), record.task().destination(), id(), record.token());
        }
        return session;
    }

    /** For progress; opens nothing. */
    double sessionBytesPerSecond() {
        return session == null ? 0 : session.bytesPerSecond();
    }

    /** A broken session must be closed before a new one is opened. */
    public void closeSession() {
        var open = session;
        session = null;
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                // It was to be thrown away: what it did not deliver is asked for again or given up by the caller.
                monitor.note("closing the session: " + FileProblem.told(e));
            }
        }
    }

    /**
     * The disks that this attempt replicates, for progress, for a link that breaks and for what is undone; none before they
     * are open, and none in an attempt that goes on with what an earlier one has replicated.
     */
    public List<DiskReplication> replicated() {
        return replicated;
    }

    /** Said as soon as the disks are open. */
    public void replicates(List<DiskReplication> opened) {
        replicated = List.copyOf(opened);
    }

    /** Of the database, as it was before this attempt looked at the mark. */
    public String incarnation() {
        return incarnation;
    }

    /** Steps this attempt has begun, in order. */
    List<Step> entered() {
        return entered;
    }

    /**
     * What the link carries: the most that was measured, or what it is allowed while nothing was. Not the recent rate: that
     * falls when there is little to send.
     */
    public double bytesPerSecond() {
        fastest = Math.max(fastest, sessionBytesPerSecond());
        double measured = fastest;
        double allowed = ports.link().bytesPerSecond();
        return measured > 0 ? Math.min(measured, allowed) : allowed;
    }

    /** Closed when this attempt ends, after the session, or by {@link #closeKept}. */
    public void keep(AutoCloseable open) {
        kept.add(open);
    }

    /** Closes what is kept; the locks of images among it. */
    public void closeKept() {
        for (AutoCloseable open : kept) {
            try {
                open.close();
            } catch (Exception e) { // whatever it is: it was only read, and nothing depends on it
                monitor.note("closing: " + FileProblem.told(e));
            }
        }
        kept.clear();
    }

    private void closeVm() {
        if (vm != null) {
            vm.close();
            vm = null;
        }
    }

    @Override
    public void close() {
        monitor.countCopied();
        closeSession();
        closeKept();
        closeVm();
    }
}
