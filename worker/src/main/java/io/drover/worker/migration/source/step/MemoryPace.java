package io.drover.worker.migration.source.step;

import io.drover.worker.hypervisor.SourceVm;
import io.drover.worker.hypervisor.SourceVm.MemoryLimits;
import io.drover.worker.migration.metrics.RollBackCause;
import io.drover.worker.migration.source.DiskReplication;
import io.drover.worker.migration.source.MemoryEscalation;
import io.drover.worker.migration.source.MigrationContext;
import io.drover.worker.migration.source.MigrationOutcome;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What memory may take while it moves: its part of the pause, and what the ladder allows when it does
 * not converge. The pause is one sum: memory's rest, the disks' rest, the flush and the give.
 */
final class MemoryPace {
    /** For the flush of the last round and for the give: a fdatasync each and a transaction. */
    private static final Duration FIXED = Duration.ofMillis(60);

    /** Of the guest's processors, when it comes to that. */
    private static final int THROTTLE_PERCENT_MAX = 80;

    /** What memory may take of the pause at first; it doubles each time that memory has not come to fit. */
    private static final int FIRST_PART = 8;

    private static final Duration PART_DOUBLES_AFTER = Duration.ofSeconds(1);

    /** Less could not be told from the pace at which QEMU looks. */
    private static final long LEAST_MILLIS = 20;

    /** QEMU is told again when its figures are off by more than one part in this. */
    private static final int CLOSE_ENOUGH = 10;

    private final MigrationContext context;
    private final List<MemoryEscalation> left;
    private final List<String> climbed = new ArrayList<>();
    private final Duration begin;
    private Duration pause;
    private Duration nextRung;
    private int throttlePercentMax;
    private long disksRest;
    private MemoryLimits told;

    MemoryPace(MigrationContext context, List<DiskReplication> disks) {
        this.context = context;
        this.left = new ArrayList<>(context.policy().memoryLadder());
        this.pause = context.policy().pauseBudget();
        this.begin = now();
        this.nextRung = begin.plus(context.policy().memoryPatience());
        if (left.remove(MemoryEscalation.XBZRLE)) {
            climbed.add(MemoryEscalation.XBZRLE.wireName());
        }
        this.disksRest = ReplicateDisks.rest(disks);
        this.told = current();
    }

    MemoryLimits limits() {
        return told;
    }

    /** The rungs in use, the first first. */
    List<String> climbed() {
        return List.copyOf(climbed);
    }

    /** What the disks would have to send if the guest stopped now. */
    void disksRest(long bytes) {
        disksRest = bytes;
    }

    /** Tells the VM when something has changed. */
    void tell(SourceVm vm) throws IOException, InterruptedException {
        MemoryLimits next = current();
        if (differs(next.downtimeMillis(), told.downtimeMillis())
                || next.throttlePercentMax() != told.throttlePercentMax()) {
            vm.limitMemory(next);
            told = next;
        }
    }

    private static boolean differs(long one, long other) {
        return Math.abs(one - other) * CLOSE_ENOUGH > other;
    }

    private MemoryLimits current() {
        boolean deltas = context.policy().memoryLadder().contains(MemoryEscalation.XBZRLE);
        return new MemoryLimits(memoryPauseMillis(), deltas, throttlePercentMax);
    }

    /** What the disks leave of the pause, and at least a quarter of it: with less memory would never fit. */
    private int memoryPauseMillis() {
        long disks = (long) (disksRest / context.bytesPerSecond() * 1000);
        long rest = pause.toMillis() - disks - FIXED.toMillis();
        long most = Math.max(1, Math.max(rest, pause.toMillis() / 4));
        return (int) Math.min(most, Math.max(LEAST_MILLIS, most / part()));
    }

    /** A calm guest is stopped for much less than it would bear; a busy one costs this a few seconds at most. */
    private long part() {
        long doublings = now().minus(begin).dividedBy(PART_DOUBLES_AFTER);
        return Math.max(1, FIRST_PART >> Math.min(doublings, Integer.SIZE - 1));
    }

    /** Takes the next rung when memory has had its time. */
    void climb() {
        if (now().compareTo(nextRung) < 0) {
            return;
        }
        nextRung = now().plus(context.policy().memoryPatience());
        Duration longest = context.policy().longestPause();
        if (pause.compareTo(longest) >= 0) {
            left.remove(MemoryEscalation.LONGER_PAUSE);
        }
        if (left.isEmpty()) {
            throw new MigrationOutcome.Abandoned(
                    RollBackCause.NOT_CONVERGING,
                    "memory does not converge: it does not fit a pause of " + pause.toMillis() + " ms, with "
                            + (climbed.isEmpty() ? "nothing else allowed" : String.join(", ", climbed)));
        }
        take(left.getFirst(), longest);
    }

    private void take(MemoryEscalation rung, Duration longest) {
        switch (rung) {
            case XBZRLE -> left.removeFirst();
            case AUTO_CONVERGE -> {
                throttlePercentMax = THROTTLE_PERCENT_MAX;
                left.removeFirst();
            }
            case LONGER_PAUSE -> {
                Duration doubled = pause.multipliedBy(2);
                pause = doubled.compareTo(longest) > 0 ? longest : doubled;
            }
        }
        if (!climbed.contains(rung.wireName())) {
            climbed.add(rung.wireName());
        }
    }

    private Duration now() {
        return context.ports().clock().elapsed();
    }
}
