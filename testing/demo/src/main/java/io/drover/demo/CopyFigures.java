package io.drover.demo;

import io.drover.messages.DiskId;
import io.drover.messages.MigrationState;
import io.drover.messages.api.MigrationDocument;
import io.drover.messages.evidence.VerifiedCopy;
import io.drover.messages.evidence.disk.CopyComparison;
import io.drover.messages.evidence.disk.CopyComparison.Compared;
import io.drover.messages.evidence.disk.CopyComparison.NotCompared;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What a migration's journal says about its copy.
 *
 * @param blocks 4 KiB blocks of all disks
 * @param compared how many were compared with what the destination's disk holds
 * @param different how many differed
 * @param regionsUnequal regions whose two digests differ
 * @param notCompared disks that were not compared, with the reason
 * @param total from the request until the guest was seen running at the destination
 */
public record CopyFigures(
        long blocks,
        long compared,
        long rewritten,
        long different,
        long regionsUnequal,
        List<String> notCompared,
        Duration total) {

    public static CopyFigures of(MigrationDocument migration) {
        Map<DiskId, CopyComparison> disks =
                migration.evidence(VerifiedCopy.class).map(VerifiedCopy::disks).orElse(Map.of());
        long blocks = 0;
        long compared = 0;
        long rewritten = 0;
        long different = 0;
        long unequal = 0;
        List<String> notCompared = new ArrayList<>();
        for (var disk : disks.entrySet()) {
            switch (disk.getValue()) {
                case NotCompared not -> notCompared.add(disk.getKey() + ": " + not.notCompared());
                case Compared found -> {
                    blocks += found.blocks();
                    compared += found.compared();
                    rewritten += found.rewritten();
                    different += found.different().size();
                    unequal += unequalRegions(found);
                }
            }
        }
        return new CopyFigures(blocks, compared, rewritten, different, unequal, notCompared, total(migration));
    }

    double comparedFraction() {
        return blocks == 0 ? 0 : (double) compared / blocks;
    }

    private static long unequalRegions(Compared disk) {
        return disk.regions().stream().filter(region -> !region.equal()).count();
    }

    private static Duration total(MigrationDocument migration) {
        var transitions = migration.transitions();
        return transitions.stream()
                .filter(transition -> transition.to() == MigrationState.FINISHING)
                .findFirst()
                .map(transition -> Duration.between(transitions.getFirst().at(), transition.at()))
                .orElse(Duration.ZERO);
    }
}
