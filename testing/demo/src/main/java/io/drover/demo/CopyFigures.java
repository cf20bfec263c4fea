package io.drover.demo;

import io.drover.messages.MigrationState;
import io.drover.messages.api.MigrationDocument;
import io.drover.messages.api.MigrationDocument.Step;
import io.drover.messages.json.DroverJson;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import tools.jackson.databind.JsonNode;

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
        JsonNode disks = evidence(migration, "verify-copy").path("disks");
        long blocks = 0;
        long compared = 0;
        long rewritten = 0;
        long different = 0;
        long unequal = 0;
        List<String> notCompared = new ArrayList<>();
        for (var disk : disks.properties()) {
            JsonNode found = disk.getValue();
            blocks += found.path("blocks").asLong(0);
            compared += found.path("compared").asLong(0);
            rewritten += found.path("rewritten").asLong(0);
            different += found.path("different").size();
            unequal += unequalRegions(found.path("regions"));
            if (found.has("not_compared")) {
                notCompared.add(
                        disk.getKey() + ": " + found.path("not_compared").asString());
            }
        }
        return new CopyFigures(blocks, compared, rewritten, different, unequal, notCompared, total(migration));
    }

    double comparedFraction() {
        return blocks == 0 ? 0 : (double) compared / blocks;
    }

    private static long unequalRegions(JsonNode regions) {
        long unequal = 0;
        for (JsonNode region : regions) {
            if (!region.path("source").equals(region.path("destination"))) {
                unequal++;
            }
        }
        return unequal;
    }

    private static Duration total(MigrationDocument migration) {
        var transitions = migration.transitions();
        return transitions.stream()
                .filter(transition -> transition.to() == MigrationState.FINISHING)
                .findFirst()
                .map(transition -> Duration.between(transitions.getFirst().at(), transition.at()))
                .orElse(Duration.ZERO);
    }

    private static JsonNode evidence(MigrationDocument migration, String step) {
        return migration.steps().stream()
                .filter(candidate -> candidate.name().equals(step))
                .map(Step::evidence)
                .filter(Objects::nonNull)
                .findFirst()
                .map(DroverJson.mapper()::readTree)
                .orElseGet(() -> DroverJson.mapper().createObjectNode());
    }
}
