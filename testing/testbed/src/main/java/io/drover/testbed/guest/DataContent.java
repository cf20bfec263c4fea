package io.drover.testbed.guest;

/**
 * What a data disk holds.
 *
 * @param kind of its files
 * @param spanMib a file of random bytes beside them, for {@link StreamLoad} to write to; 0 for none
 */
public record DataContent(Kind kind, int spanMib) {
    /** What a stream writes at once. */
    public static final int BLOCK_BYTES = 4096;

    /** Where the files come from. */
    public enum Kind {
        /** Real files of this VM, which compress. */
        FILES,
        /** Random bytes, which do not. */
        RANDOM
    }

    /** Real files and nothing else. */
    static final DataContent PLAIN = new DataContent(Kind.FILES, 0);

    public DataContent {
        if (spanMib < 0) {
            throw new IllegalArgumentException("span: it cannot be negative");
        }
    }

    /** A part of a template's name; empty for {@link #PLAIN}. */
    String suffix() {
        return equals(PLAIN) ? "" : "-" + kind.name().toLowerCase(java.util.Locale.ROOT) + "-span-" + spanMib + "m";
    }
}
