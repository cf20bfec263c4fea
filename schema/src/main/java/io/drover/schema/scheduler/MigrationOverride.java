package io.drover.schema.scheduler;

import java.util.List;

/**
 * That a migration was asked for against what is said of VM and hosts.
 *
 * @param by who asked
 * @param reason why, a line for people
 * @param rules what was overridden, a sentence each
 */
public record MigrationOverride(String by, String reason, List<String> rules) {
    public MigrationOverride {
        rules = List.copyOf(rules);
    }
}
