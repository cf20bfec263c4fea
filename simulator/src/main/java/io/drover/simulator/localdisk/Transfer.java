package io.drover.simulator.localdisk;

/** One VM on its way. */
final class Transfer {
    final int vm;
    final int source;
    final int target;
    final long startedAt;
    /** Bytes still to send, if nothing were written any more. */
    double remaining;
    /** Bytes sent so far. */
    double sent;
    /** Bytes a second in the step under way. */
    double rate;

    Transfer(int vm, int source, int target, long startedAt, double remaining) {
        this.vm = vm;
        this.source = source;
        this.target = target;
        this.startedAt = startedAt;
        this.remaining = remaining;
    }
}
