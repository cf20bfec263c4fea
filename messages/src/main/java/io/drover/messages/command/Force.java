package io.drover.messages.command;

import org.jspecify.annotations.Nullable;

/**
 * That a migration is wanted against what is said of VM and hosts.
 *
 * @param reason a line for people, recorded with the migration
 */
public record Force(String reason) {
    private static final int REASON_MAX = 1000;

    public Force {
        boolean line = !reason.isBlank()
                && reason.length() <= REASON_MAX
                && reason.chars().noneMatch(Character::isISOControl);
        if (!line) {
            throw new IllegalArgumentException(
                    "reason: must be a line of 1 to " + REASON_MAX + " characters that says why");
        }
    }

    /** The reason, or null where nothing is forced. */
    public static @Nullable String why(@Nullable Force force) {
        return force == null ? null : force.reason();
    }
}
