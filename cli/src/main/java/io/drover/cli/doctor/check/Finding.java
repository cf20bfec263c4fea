package io.drover.cli.doctor.check;

import org.jspecify.annotations.Nullable;

/**
 * What a check found.
 *
 * @param remedy what to do about it; null: nothing is to be done
 * @param away whether it is no more than that a service does not answer, which may pass by itself
 */
public record Finding(Level level, String found, @Nullable String remedy, boolean away) {
    /** How bad it is. */
    public enum Level {
        OK,
        /** Works now; or could not be looked at. */
        WARN,
        /** Does not work. */
        FAIL
    }

    public static Finding ok(String found) {
        return new Finding(Level.OK, found, null, false);
    }

    public static Finding warn(String found, String remedy) {
        return new Finding(Level.WARN, found, remedy, false);
    }

    public static Finding fail(String found, String remedy) {
        return new Finding(Level.FAIL, found, remedy, false);
    }

    /** A service does not answer. */
    public static Finding away(String found, String remedy) {
        return new Finding(Level.FAIL, found, remedy, true);
    }

    /** For want of something that another check tells. */
    public static Finding notLookedAt(String why) {
        return warn("not looked at: " + why, "remove that cause, and look again");
    }
}
