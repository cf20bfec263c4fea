package io.drover.schema.scheduler;

import io.drover.messages.DecisionId;
import io.drover.messages.HostId;
import io.drover.messages.HostReport;
import io.drover.messages.MigrationId;
import io.drover.messages.MigrationState;
import io.drover.messages.MigrationTask;
import io.drover.messages.VmDefinition;
import io.drover.messages.VmId;
import io.drover.messages.evidence.EvidenceRecords;
import io.drover.messages.evidence.StepEvidence;
import io.drover.schema.StoreUnavailableException;
import io.drover.schema.record.RejectedMessage;
import io.drover.schema.record.SubmitResult;
import io.drover.schema.record.Trouble;
import io.drover.schema.record.VmRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The database as a scheduler sees it. Several schedulers may use it at once. Every method is one transaction and
 * throws {@link StoreUnavailableException} when the database does not answer.
 */
public interface SchedulerStore extends PlanStore {
    void ping();

    List<HostRow> hosts();

    Optional<HostRow> host(HostId id);

    List<VmRecord> vms();

    Optional<VmRecord> vm(VmId id);

    /** Finds a VM by id or by name. */
    Optional<VmRecord> vm(String idOrName);

    /** Defines a VM, stopped, on a host; refused when id or name is taken or the host is unknown. */
    SubmitVmResult defineVm(VmDefinition definition, HostId owner);

    /** Wants a VM started or stopped and puts the cast to its owner's worker into the outbox; empty: unknown. */
    Optional<VmRecord> wantPower(VmId vm, VmRecord.Power power);

    /** What every host's migrations may use of its link. */
    List<LinkLimit> linkLimits();

    /** Sets or, with null, clears the limit and puts the cast to the host's worker into the outbox; false: unknown. */
    boolean limitLink(HostId host, @Nullable Long bytesPerSecond, String requestedBy);

    /**
     * A person's word that the worker which speaks for a host is gone or shall go: it is shut out, and the next one
     * with another machine or state folder is let in. Said again before that one came: whoever comes first is let in.
     * Answers from whom the host was taken, for people; empty: no worker ever spoke for it.
     */
    Optional<String> takeOver(HostId host, String requestedBy, String reason);

    Labels labels();

    /** Replaces a host's labels; false when they are not {@code expected} any more, or no such host is known. */
    boolean relabel(HostId host, Map<String, String> expected, Map<String, String> labels);

    /** Replaces a VM's labels; false when those of all VMs are not {@code expected} any more. */
    boolean relabel(VmId vm, Labels expected, Map<String, String> labels);

    void storeReport(HostReport report);

    /** Reports newer than {@code since}, by host and time. */
    List<HostReport> reports(Instant since);

    /**
     * Submits a migration: owner, one open migration a VM, a known destination, a reservation on it; the row, the
     * outbox row with the {@code migrate} cast and the notification stand together or not at all.
     */
    SubmitResult submit(MigrationTask task, String requestedBy, @Nullable DecisionId decision);

    /**
     * Like {@link #submit}, by name and against what is said of VM and hosts; the override stands with the row.
     */
    SubmitResult submitForced(MigrationTask task, MigrationOverride override);

    /**
     * Submits migrations that only make sense together, in one transaction: where one is refused none stands, and the
     * others are refused for its sake. Results in the order of the tasks.
     */
    List<SubmitResult> submitTogether(List<MigrationTask> tasks, String requestedBy, @Nullable DecisionId decision);

    CancelResult requestCancel(MigrationId id, String requestedBy);

    /** Newest first; {@code openOnly} leaves the terminal ones out. */
    List<MigrationView> migrations(boolean openOnly, int limit);

    /** All that ended after this, in no order. */
    List<MigrationView> endedSince(Instant since);

    Optional<MigrationDetail> migration(MigrationId id);

    void storeDecision(Decision decision);

    /** Newest first. */
    List<Decision> decisions(int limit);

    Optional<Decision> decision(DecisionId id);

    /**
     * Relays at most {@code limit} outbox rows, oldest first, skipping rows another scheduler is at: a row is marked
     * sent when {@code publisher} returns true, counted as tried when it returns false. Returns how many were sent.
     */
    int relayOutbox(int limit, OutboxPublisher publisher);

    void recordRejected(RejectedMessage message);

    /** For people and metrics. */
    FleetStatistics statistics();

    /** Puts the {@code migrate} cast of migrations queued longer than {@code age} into the outbox again. */
    List<MigrationId> repostQueued(Duration age);

    /** Claimed migrations whose lease ran out: nobody works on them; for people and metrics. Nothing is moved. */
    List<MigrationView> expiredLeases();

    /**
     * Rolls telemetry up, makes the partitions to come, and removes what is old of every table. Each part is a
     * transaction of its own: one that fails is logged, does not stop the others, and is thrown at the end.
     */
    void retain(Instant now);

    /** Ends transactions of hosts' roles that are older than {@code age}; answers of which hosts. */
    List<HostId> endHungTransactions(Duration age);

    /**
     * A host as its worker described it.
     *
     * @param lastSeen when its worker last registered; null when it never did
     * @param reservedMemoryBytes memory promised to migrations on their way to it
     * @param brokerTrouble why its worker could not use the broker when it last registered; null: it could
     * @param droverVersion of its worker; null: it has not told it
     * @param session of the worker that speaks for it; null: none does
     */
    record HostRow(
            HostId id,
            String peerAddress,
            String hypervisor,
            double cpuCores,
            long memoryBytes,
            long imagesBytes,
            long imagesFreeBytes,
            long linkBytesPerSecond,
            @Nullable Instant lastSeen,
            long reservedMemoryBytes,
            long reservedImageBytes,
            @Nullable String brokerTrouble,
            @Nullable String droverVersion,
            @Nullable WorkerSession session) {}

    /** Which worker speaks for a host, and since when. */
    record WorkerSession(String machineId, String bootId, String stateFolder, Instant since) {}

    /**
     * What a host's migrations may use of its link.
     *
     * @param linkBytesPerSecond as its worker is configured
     * @param limitBytesPerSecond as an operator wants it; null: as configured
     */
    record LinkLimit(
            HostId host, long linkBytesPerSecond, @Nullable Long limitBytesPerSecond) {}

    sealed interface SubmitVmResult {
        record Defined(VmRecord vm) implements SubmitVmResult {}

        /** {@code field} names the argument at fault. */
        record Refused(String field, String message) implements SubmitVmResult {}
    }

    enum CancelResult {
        /** The worker will see it; the outcome is in the migration's state. */
        REQUESTED,
        /** It was queued and is cancelled now. */
        CANCELLED,
        /** The VM has been handed over, or the migration is over. */
        TOO_LATE,
        UNKNOWN
    }

    /**
     * A migration in a list. {@code progress} fields are zero before the first report.
     *
     * @param decision that it follows from; null where somebody asked for this destination
     * @param trouble why it is tried again; null: nothing is in the way
     */
    record MigrationView(
            MigrationTask task,
            String vmName,
            MigrationState state,
            int attempt,
            boolean cancelRequested,
            String step,
            int round,
            long bytesDone,
            long bytesTotal,
            double bytesPerSecond,
            @Nullable Duration timeToFinish,
            Instant createdAt,
            @Nullable Instant endedAt,
            @Nullable Instant leaseUntil,
            @Nullable String reason,
            double dirtyBytesPerSecond,
            @Nullable Duration timeToFinishMost,
            @Nullable DecisionId decision,
            @Nullable Trouble trouble) {}

    /** {@code override} is null where nothing was overridden. */
    record MigrationDetail(
            MigrationView migration,
            List<Transition> transitions,
            List<Step> steps,
            @Nullable MigrationOverride override) {
        /** Of one that overrode nothing. */
        public MigrationDetail(MigrationView migration, List<Transition> transitions, List<Step> steps) {
            this(migration, transitions, steps, null);
        }

        /**
         * What the step that leaves such a record told; empty before it is done, or when the migration has no such
         * step.
         */
        public <E extends StepEvidence> Optional<E> evidence(Class<E> wanted) {
            return steps.stream()
                    .flatMap(step -> EvidenceRecords.read(wanted, step.name(), step.evidence()).stream())
                    .findFirst();
        }
    }

    /** {@code from} is null for the first one. */
    record Transition(
            @Nullable MigrationState from,
            MigrationState to,
            Instant at,
            int attempt,
            String actor,
            @Nullable String reason) {}

    /** {@code evidence} is a JSON object as text; {@link MigrationDetail#evidence} reads it. */
    record Step(
            String name,
            int attempt,
            Instant intendedAt,
            @Nullable Instant doneAt,
            @Nullable Instant undoneAt,
            @Nullable String evidence) {}

    /**
     * A stored decision of the balancer.
     *
     * @param sentence what was decided and why, for people
     * @param inputs the cluster snapshot as text, as {@code drover plan} would read it
     * @param refused JSON array of the alternatives refused, each with its reason
     * @param moves the tasks that were posted; empty: no beneficial migration
     * @param considered JSON object of what the strategy computed on the way; null where it was not stored
     */
    record Decision(
            DecisionId id,
            Instant at,
            String strategy,
            String sentence,
            String inputs,
            String refused,
            List<MigrationId> moves,
            @Nullable String considered) {}

    /** Publishes one outbox row. */
    @FunctionalInterface
    interface OutboxPublisher {
        /** True when the broker confirmed and did not return it. */
        boolean publish(OutboxMessage message);
    }

    /**
     * A message to publish.
     *
     * @param exchange topic exchange
     * @param messageId also oslo's {@code _unique_id}
     * @param body the whole envelope, JSON
     */
    record OutboxMessage(String exchange, String routingKey, String messageId, String body) {}
}
