package io.drover.worker.migration.source.comparison;

import io.drover.worker.replication.RegionComparison;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The outcome for one disk, region by region. */
final class DiskComparison {
    private static final int DIFFERENT_LISTED_MAX = 100;
    private final List<Map<String, ?>> regions = new ArrayList<>();
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
        regions.add(Map.of(
                "offset", region.offset(),
                "compared", region.compared(),
                "source", region.sourceDigest(),
                "destination", region.destinationDigest()));
    }

    List<Long> different() {
        return different;
    }

    Map<String, ?> evidence() {
        if (!notDone.isEmpty()) {
            return Map.of("not_compared", notDone);
        }
        return Map.of(
                "blocks", blocks,
                "compared", compared,
                "rewritten", rewritten,
                "different", different.stream().limit(DIFFERENT_LISTED_MAX).toList(),
                "regions", regions);
    }
}
