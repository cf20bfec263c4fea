package io.drover.testbed.guest;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * What a guest does beside the witness' own checks, all of it from the start.
 *
 * @param writesPerSecond blocks of 4 KiB at random, in an open loop; command {@code stream}
 * @param spanMib the part of the data disk they go to; 0 for no stream
 * @param writers how many of them may be under way at once
 * @param fillMib swap that a process fills, and gives back by ending, once the witness holds its memory; said by
 *     {@code FILLED}
 * @param command of a shell, run in the background inside the data disk; empty for none
 */
public record StreamLoad(int writesPerSecond, int spanMib, int writers, int fillMib, String command) {
    /** A kernel's command line holds 2048 characters (x86), of which this is the half. */
    private static final int COMMAND_CHARACTERS_MAX = 768;

    /** Nothing of it. */
    public static final StreamLoad NONE = new StreamLoad(0, 0, 8, 0, "");

    public StreamLoad {
        if (writesPerSecond < 0 || spanMib < 0 || writers < 1 || writers > 64 || fillMib < 0) {
            throw new IllegalArgumentException("stream: rates and sizes cannot be negative, writers are 1 to 64");
        }
        if (command.length() > COMMAND_CHARACTERS_MAX) {
            throw new IllegalArgumentException(
                    "command: longer than " + COMMAND_CHARACTERS_MAX + " characters, which the kernel would cut off");
        }
    }

    String commandLine() {
        if (equals(NONE)) {
            return "";
        }
        String script = Base64.getEncoder().encodeToString(command.getBytes(StandardCharsets.UTF_8));
        return " witness.stream_rate=%d witness.stream_mib=%d witness.stream_writers=%d witness.fill_mib=%d"
                        .formatted(writesPerSecond, spanMib, writers, fillMib)
                + (command.isEmpty() ? "" : " guest.command=" + script);
    }
}
