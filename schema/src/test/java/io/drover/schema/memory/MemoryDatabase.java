package io.drover.schema.memory;

import io.drover.messages.DecisionId;
import io.drover.messages.HostId;
import io.drover.messages.MigrationId;
import io.drover.messages.MigrationState;
import io.drover.messages.MigrationTask;
import io.drover.messages.VmId;
import io.drover.schema.record.InboxMessage;
import io.drover.schema.record.SubmitResult;
import io.drover.schema.scheduler.SchedulerStore.CancelResult;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The tables, and the transactions on them: one at a time, each all or nothing. The stores are views of it. */
public final class MemoryDatabase {
    /** Rows in the order of their ids, as PostgreSQL compares them. */
    static final Comparator<UUID> BY_ID = Comparator.<UUID, Long>comparing(
                    UUID::getMostSignificantBits, Long::compareUnsigned)
            .thenComparing(UUID::getLeastSignificantBits, Long::compareUnsigned);

    private static final Duration SENT_KEPT = Duration.ofDays(1);
    private static final Duration UNSENT_KEPT = Duration.ofDays(90);
    private static final Duration RECEIVED_KEPT = Duration.ofDays(30);
    private static final Duration ENDED_KEPT = Duration.ofDays(365);

    private final Tables tables = new Tables();
    private final Set<Rule> kept = EnumSet.allOf(Rule.class);
    private final InstantSource clock;
    private final Observer observer;
    private final Outbox outbox = new Outbox(this);
    private final Transitions transitions = new Transitions(this);
    private final Submissions submissions;
    private int restored;

    public MemoryDatabase(InstantSource clock) {
        this(clock, new Observer() {});
    }

    public MemoryDatabase(InstantSource clock, Observer observer) {
        this.clock = clock;
        this.observer = observer;
        this.submissions = new Submissions(this);
    }

    /** Is told what changes, within the transaction. */
    public interface Observer {
        /** A migration came into another state. */
        default void changed(MigrationRow row, MigrationState from, String actor) {}

        /** A VM came to another owner. */
        default void given(VmRow row) {}
    }

    /** All that was committed at one time: a backup, or a standby that heard no more. */
    public static final class Backup {
        private final Tables tables;

        private Backup(Tables tables) {
            this.tables = tables;
        }
    }

    public Backup backup() {
        return transaction(() -> new Backup(tables.copy()));
    }

    /** What was committed since is lost; the maps of rows stay the same maps. */
    public void restore(Backup backup) {
        transaction(() -> {
            restored++;
            tables.become(backup.tables);
            return restored;
        });
    }

    /** From now on. */
    public void leaveOut(Rule rule) {
        kept.remove(rule);
    }

    boolean keeps(Rule rule) {
        return kept.contains(rule);
    }

    synchronized <T> T transaction(Supplier<T> work) {
        return work.get();
    }

    /** By id; a test may change them. */
    public Map<VmId, VmRow> vms() {
        return tables.vms;
    }

    /** Oldest first; a test may change them. */
    public Map<MigrationId, MigrationRow> migrations() {
        return tables.migrations;
    }

    public Outbox outbox() {
        return outbox;
    }

    Room room() {
        return new Room(tables, clock);
    }

    Tables tables() {
        return tables;
    }

    Transitions transitions() {
        return transitions;
    }

    Observer observer() {
        return observer;
    }

    Instant at() {
        return clock.instant();
    }

    String incarnation() {
        return "memory/" + restored;
    }

    /** The open migration of a VM. */
    public Optional<MigrationRow> open(VmId vm) {
        return tables.migrations.values().stream()
                .filter(row -> row.task.vm().equals(vm) && !row.state.terminal())
                .findFirst();
    }

    VmRow vm(VmId id) {
        VmRow row = tables.vms.get(id);
        if (row == null) {
            throw new IllegalStateException("no VM " + id);
        }
        return row;
    }

    SubmitResult submit(
            MigrationTask task, @Nullable HostId submitter, String requestedBy, @Nullable DecisionId decision) {
        return submissions.submit(task, submitter, requestedBy, decision);
    }

    /** False when the host's worker took it over before. */
    boolean takeOver(HostId host, InboxMessage message) {
        return tables.inbox.putIfAbsent(new Tables.Received(host, message.messageId()), at()) == null;
    }

    /** What is old goes: messages and migrations. */
    void retain(Instant now) {
        tables.outbox.removeIf(row -> row.sentAt == null
                ? row.createdAt.isBefore(now.minus(UNSENT_KEPT))
                : row.sentAt.isBefore(now.minus(SENT_KEPT)));
        tables.inbox.values().removeIf(at -> at.isBefore(now.minus(RECEIVED_KEPT)));
        tables.rejected.removeIf(row -> row.at().isBefore(now.minus(RECEIVED_KEPT)));
        tables.migrations.values().removeIf(row -> row.endedAt != null && row.endedAt.isBefore(now.minus(ENDED_KEPT)));
    }

    /** As {@code request_cancel}. */
    CancelResult cancel(MigrationId id, String publisher, String requestedBy) {
        MigrationRow row = tables.migrations.get(id);
        return row == null ? CancelResult.UNKNOWN : transitions.cancel(row, publisher, requestedBy);
    }

    /** Text of somebody's for people. */
    static String printable(String text, int most) {
        String printed = text.replaceAll("[\\p{Cntrl}\\u0080-\\u009F]+", " ");
        return printed.substring(0, Math.min(most, printed.length()));
    }
}
