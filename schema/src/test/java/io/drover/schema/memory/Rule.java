package io.drover.schema.memory;

/** A rule that the database keeps, and that a test can leave out to see who notices. */
public enum Rule {
    /** A VM is in one open migration at most. */
    ONE_OPEN_MIGRATION,
    /** A transition is one of those that are allowed, and asked for by whom it is for. */
    ALLOWED_TRANSITION,
    /** A claim makes an attempt, and what an earlier attempt asks for is refused. */
    CURRENT_ATTEMPT,
    /** A give that stands is answered as done and not made twice. */
    GIVE_ONCE,
    /** The attempt that gives is the current one. */
    GIVE_ATTEMPT,
    /** A VM is given from the switch-over alone. */
    GIVE_FROM_SWITCHING,
    /** Nothing is given once a cancel was asked for. */
    GIVE_NOT_CANCELLED,
    /** A VM is given at the epoch that its giver knows. */
    GIVE_EPOCH,
    /** The destination speaks at the epoch at which it owns the VM. */
    DESTINATION_EPOCH,
    /** What goes together stands or falls together. */
    ALL_OR_NONE
}
