package io.drover.schema.worker;

import io.drover.messages.HostId;
import io.drover.messages.MigrationId;
import io.drover.messages.MigrationProgress;
import io.drover.messages.MigrationState;
import io.drover.messages.MigrationTask;
import io.drover.messages.VmId;
import io.drover.schema.FencedException;
import io.drover.schema.StoreUnavailableException;
import io.drover.schema.record.InboxMessage;
import io.drover.schema.record.JournalEntry;
import io.drover.schema.record.MigrationRecord;
import io.drover.schema.record.RejectedMessage;
import io.drover.schema.record.SubmitResult;
import io.drover.schema.record.VmRecord;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The database as one host's worker sees it. Every call is one function of the schema {@code drover_api}, logged in as
 * the host's own role, in one transaction; the database refuses to act for another host. Every method throws
 * {@link StoreUnavailableException} when the database does not answer.
 */
public interface WorkerStore {
    HostId host();

    /**
     * Opens this worker's session, before anything else is asked. Afterwards every method throws
     * {@link FencedException} when another session stands.
     */
    SessionAnswer openSession(WorkerIdentity identity);

    /** Proves that the database answers and takes a write from this host. */
    void ping();

    /**
     * Another text after the database was restored from a backup or a standby took over: commits may be lost then that
     * were answered.
     */
    String incarnation();

    /** Says what this host is and that it lives; the first call makes the host's row. */
    void registerHost(HostFacts facts);

    /**
     * Puts this host into maintenance because it shuts down, so that the balancer empties it; over with the next session.
     * Harmless when it is there already.
     */
    void vacate();

    /**
     * The places of this host's VMs in the order in which they are powered off when it shuts down, smallest first. A VM
     * that nobody gave a place has none here: it is among the first.
     */
    Map<VmId, Integer> shutdownOrder();

    /** Where a host's worker has announced that it listens, {@code host:port}; empty: it never did. */
    Optional<String> peerAddress(HostId host);

    /** What an operator allows this host's migrations of its link, bytes per second; empty: as configured. */
    OptionalLong linkLimit();

    /** Takes a message over; false when it was taken over before. */
    boolean recordInbox(InboxMessage message);

    void recordRejected(RejectedMessage message);

    /** For tasks that a controller casts straight to this worker: this host must be the source. */
    SubmitResult submit(MigrationTask task);

    /** Open migrations in which this host is source or destination, oldest first. */
    List<MigrationRecord> openMigrations();

    /** A migration in which this host is or was source or destination. */
    Optional<MigrationRecord> migration(MigrationId id);

    Optional<VmRecord> vm(VmId id);

    /** The VMs this host owns. */
    List<VmRecord> ownedVms();

    /** Records what the owner sees. Ignored unless this host owns the VM at this epoch. */
    void recordPower(VmId vm, long epoch, VmRecord.Power power);

    /**
     * Says why a VM is not as it is wanted; null: nothing is in the way. Ignored unless this host owns the VM at this
     * epoch. Gone when the owner changes.
     */
    void noteTrouble(VmId vm, long epoch, @Nullable String trouble);

    /**
     * Says why a migration is tried again; null: it goes on. Ignored unless this host is its source with the current
     * attempt. Gone with the state in which it was said.
     */
    void noteTrouble(MigrationId id, int attempt, @Nullable String trouble);

    /**
     * Claims a migration as its source: attempt + 1, which shuts every earlier claim out. Empty when it is terminal or
     * this host is not its source. A claim of a {@code queued} migration makes it {@code preparing}.
     */
    Optional<MigrationRecord> claim(MigrationId id, Duration lease);

    /** Prolongs the lease; false when the attempt is no longer the current one. */
    boolean renewLease(MigrationId id, int attempt, Duration lease);

    /**
     * Moves the migration on; the caller is the source with the current attempt. The same transition asked again
     * answers {@link Outcome#done()} again.
     */
    Outcome transition(MigrationId id, int attempt, MigrationState to, @Nullable String reason);

    /** Writes the intent of a step, before any effect. */
    Outcome intend(MigrationId id, int attempt, String step);

    /** Writes that the step was done; {@code evidence} is a JSON object. */
    Outcome done(MigrationId id, int attempt, String step, String evidence);

    Outcome undone(MigrationId id, int attempt, String step);

    List<JournalEntry> journal(MigrationId id);

    void progress(MigrationProgress progress);

    /**
     * The give (docs/architecture.md, Ownership): locks the VM's row; needs an open migration in state {@code
     * switching}, this host as owner, this attempt and epoch, no cancel requested; makes the destination owner at epoch
     * + 1 and the state {@code resuming}. Asked again by the winner it answers done again.
     */
    Outcome giveOwnership(VmId vm, MigrationId migration, int attempt, long epoch);

    /**
     * The destination, owner at {@code epoch} with its VM proven dead before it ran, gives ownership back: source
     * becomes owner at {@code epoch + 1}, state {@code rolling_back}.
     */
    Outcome giveBack(VmId vm, MigrationId migration, long epoch, String evidence);

    /**
     * The destination, owner at {@code epoch}, saw the VM running: state {@code pulling} when blocks of its disks
     * are still at the source, otherwise {@code finishing}.
     */
    Outcome recordResumed(VmId vm, MigrationId migration, long epoch, boolean pulling);

    /** The destination, owner at {@code epoch}, has all of a VM that is stopped: state {@code finishing}. */
    Outcome recordArrived(VmId vm, MigrationId migration, long epoch);

    /**
     * Asks for a migration off this host to be given up; a queued one is cancelled at once. Refused when this host is
     * not its source, or when it is too late.
     */
    Outcome requestCancel(MigrationId id);

    /**
     * The answer of a function that may refuse.
     *
     * @param done whether the change stands, from this call or from an earlier equal one
     * @param refusal why not, for people; empty when done
     */
    record Outcome(boolean done, String refusal) {
        public static final Outcome DONE = new Outcome(true, "");

        public static Outcome refused(String why) {
            return new Outcome(false, why);
        }
    }

    /**
     * What a host says about itself.
     *
     * @param peerAddress where its worker listens for peers, {@code host:port}
     * @param hypervisor version of the hypervisor, for example {@code QEMU 7.2.22}
     * @param cpuCores capacity in cores, from its configuration
     * @param brokerTrouble why the broker cannot be used, for people; null: it can
     * @param droverVersion of the worker, for example {@code 0.1.0 (commit 2d7a953)}; null: not told
     */
    record HostFacts(
            String peerAddress,
            String hypervisor,
            double cpuCores,
            long memoryBytes,
            long imagesBytes,
            long imagesFreeBytes,
            long linkBytesPerSecond,
            @Nullable String brokerTrouble,
            @Nullable String droverVersion) {
        /** With a broker that can be used, of a worker that does not tell its version. */
        public HostFacts(
                String peerAddress,
                String hypervisor,
                double cpuCores,
                long memoryBytes,
                long imagesBytes,
                long imagesFreeBytes,
                long linkBytesPerSecond) {
            this(
                    peerAddress,
                    hypervisor,
                    cpuCores,
                    memoryBytes,
                    imagesBytes,
                    imagesFreeBytes,
                    linkBytesPerSecond,
                    null,
                    null);
        }
    }
}
