package io.drover.messages;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * The lifecycle of a migration: closed and small. Database and scheduler know these states; the steps inside them are
 * labels to everybody but the worker.
 */
public enum MigrationState {
    /** Task row and outbox row are committed together; nobody has begun. */
    QUEUED(false),
    /** The source worker has claimed it; the destination reserves space and starts a paused, incoming VM. */
    PREPARING(false),
    /** Disks are being copied while the guest runs. */
    REPLICATING(false),
    /** Memory and the last blocks move; the guest is or will be stopped. */
    SWITCHING(false),
    /** The destination owns the VM and has not yet been seen running it. */
    RESUMING(false),
    /**
     * With an algorithm that pulls (post-copy, hybrid, auto): the guest runs on the destination, blocks are still at
     * the source.
     */
    PULLING(false),
    /** The destination has everything; the source copy is being retired. */
    FINISHING(false),
    /** Undo is under way; a restarted worker must not go forward again. */
    ROLLING_BACK(false),
    COMPLETED(true),
    ROLLED_BACK(true),
    CANCELLED(true),
    /** Refused before anything was done. */
    REJECTED(true),
    /** Open: a person must look. Nothing was deleted. */
    STRANDED(false);

    /** A migration that nothing disturbs; one that pulls nothing leaves {@link #PULLING} out. */
    private static final List<MigrationState> WAY =
            List.of(QUEUED, PREPARING, REPLICATING, SWITCHING, RESUMING, PULLING, FINISHING, COMPLETED);

    private final boolean terminal;

    MigrationState(boolean terminal) {
        this.terminal = terminal;
    }

    public boolean terminal() {
        return terminal;
    }

    /** The states that may follow this one; every transition the database accepts is named here and nowhere else. */
    public List<MigrationState> successors() {
        return switch (this) {
            case QUEUED -> List.of(PREPARING, REJECTED, CANCELLED);
            case PREPARING -> List.of(REPLICATING, ROLLING_BACK, REJECTED, STRANDED);
            case REPLICATING -> List.of(SWITCHING, ROLLING_BACK, STRANDED);
            case SWITCHING -> List.of(RESUMING, ROLLING_BACK, STRANDED);
            // Back to rolling back only when the destination gave ownership back (its VM died before it ran).
            case RESUMING -> List.of(PULLING, FINISHING, ROLLING_BACK, STRANDED);
            case PULLING -> List.of(FINISHING, STRANDED);
            case FINISHING -> List.of(COMPLETED, STRANDED);
            case ROLLING_BACK -> List.of(ROLLED_BACK, CANCELLED, STRANDED);
            case STRANDED -> List.of(ROLLING_BACK, FINISHING, COMPLETED, ROLLED_BACK);
            case COMPLETED, ROLLED_BACK, CANCELLED, REJECTED -> List.of();
        };
    }

    /** Disks are copied at most: the guest runs at the source and nothing has begun to stop it. */
    public boolean beforeSwitchover() {
        return switch (this) {
            case QUEUED, PREPARING, REPLICATING -> true;
            case SWITCHING,
                    RESUMING,
                    PULLING,
                    FINISHING,
                    ROLLING_BACK,
                    COMPLETED,
                    ROLLED_BACK,
                    CANCELLED,
                    REJECTED,
                    STRANDED -> false;
        };
    }

    /**
     * On its way, and the source owns the VM. Of a state that is not on the way (undo, an end) this says nothing.
     */
    public boolean beforeGive() {
        return beforeSwitchover() || this == SWITCHING;
    }

    /** On its way, and the guest has not been seen running at the destination. */
    public boolean beforeResumed() {
        return beforeGive() || this == RESUMING;
    }

    /** Whether this state comes before the other on the way to {@link #COMPLETED}; false when either is not on it. */
    public boolean precedes(MigrationState other) {
        int here = WAY.indexOf(this);
        return here >= 0 && here < WAY.indexOf(other);
    }

    /** The name used in messages, in the database and on the terminal, for example {@code rolling_back}. */
    @JsonValue
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Throws {@link IllegalArgumentException} for an unknown name. */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public static MigrationState of(String wireName) {
        return Arrays.stream(values())
                .filter(state -> state.wireName().equals(wireName))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("state: unknown '" + wireName + "'"));
    }
}
