package io.drover.testbed.evidence;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One line of the witness, such as {@code HB 7 w=3 v=3 pv=12 err=0 maxw_us=950*4F}: two hexadecimal digits at the end
 * are the parity (exclusive or) of all characters before the star, so that no torn line passes for a heartbeat.
 *
 * @param number counts up by one from 1 since the guest booted
 * @param blocksWritten since the guest booted, as are the other counters
 * @param errors what the witness found wrong
 * @param writeMicrosMax longest synchronous write since the heartbeat before, by the guest's clock, which stands still
 *     while the guest is stopped
 */
public record Heartbeat(
        long number, long blocksWritten, long blocksVerified, long pagesVerified, long errors, long writeMicrosMax) {
    private static final Pattern SHAPE = Pattern.compile(
            "(HB (\\d{1,18}) w=(\\d{1,18}) v=(\\d{1,18}) pv=(\\d{1,18}) err=(\\d{1,18}) maxw_us=(\\d{1,18}))"
                    + "\\*([0-9A-F]{2})");

    /** Empty when the line is anything else, or torn. */
    public static Optional<Heartbeat> parse(String line) {
        Matcher match = SHAPE.matcher(line);
        if (!match.matches() || parity(match.group(1)) != Integer.parseInt(match.group(8), 16)) {
            return Optional.empty();
        }
        return Optional.of(new Heartbeat(
                field(match, 2), field(match, 3), field(match, 4), field(match, 5), field(match, 6), field(match, 7)));
    }

    /** The line the witness would send. */
    public String line() {
        String text = "HB %d w=%d v=%d pv=%d err=%d maxw_us=%d"
                .formatted(number, blocksWritten, blocksVerified, pagesVerified, errors, writeMicrosMax);
        return text + "*%02X".formatted(parity(text));
    }

    private static long field(Matcher match, int group) {
        return Long.parseLong(match.group(group));
    }

    private static int parity(String text) {
        return text.chars().reduce(0, (parity, character) -> parity ^ character);
    }
}
