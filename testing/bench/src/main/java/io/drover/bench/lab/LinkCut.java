package io.drover.bench.lab;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A network that breaks in the middle of every run.
 *
 * @param afterBytes how many have crossed the link by then
 */
public record LinkCut(long afterBytes, Duration length) {
    /** Never. */
    public static final LinkCut NONE = new LinkCut(Long.MAX_VALUE, Duration.ZERO);

    private static final Pattern SHAPE = Pattern.compile("(\\d{1,6}):(\\d{1,4})");
    private static final int MIB_SHIFT = 20;

    /** {@code MIB:SECONDS}; {@link IllegalArgumentException} when it is not. */
    public static LinkCut parse(String text) {
        Matcher matcher = SHAPE.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("--cut: '" + text + "' is not MIB:SECONDS");
        }
        return new LinkCut(
                Long.parseLong(matcher.group(1)) << MIB_SHIFT, Duration.ofSeconds(Long.parseLong(matcher.group(2))));
    }
}
