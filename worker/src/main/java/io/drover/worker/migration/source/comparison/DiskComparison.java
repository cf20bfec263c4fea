package io.drover.worker.migration.source.comparison;

import io.drover.messages.evidence.disk.CopyComparison;
import io.drover.messages.evidence.disk.CopyComparison.Compared;
import io.drover.messages.evidence.disk.CopyComparison.ComparedRegion;
import io.drover.messages.evidence.disk.CopyComparison.NotCompared;
import io.drover.worker.replication.RegionComparison;
import java.util.ArrayList;
import java.util.List;

/** The outcome for one disk, region by region. */
final class DiskComparison {
    private static final int DIFFERENT_LISTED_MAX = 100;
    private final List<ComparedRegion> regions = new ArrayList<>();
    private final List<Long> different = new ArrayList<>();
    private long blocks;
    private long compared;
    private long rewritten;
    private String notDone = "";

    static DiskComparison notDone(String why) {
        var comparison = new DiskComparison();
        comparison.notDone = why.isEmpty() ? "the destination did not say why" : why;
        return comparison;
    }

    void add(RegionComparison region) {
        blocks += region.blocks();
        compared += region.compared();
        rewritten += region.rewritten();
        different.addAll(region.different());
        regions.add(new ComparedRegion(
                region.offset(), region.compared(), region.sourceDigest(), region.destinationDigest()));
    }

    List<Long> different() {
        return different;
    }

    CopyComparison evidence() {
        return notDone.isEmpty()
                ? new Compared(
                        blocks,
                        compared,
                        rewritten,
                        different.stream().limit(DIFFERENT_LISTED_MAX).toList(),
                        regions)
                : new NotCompared(notDone);
    }
}
