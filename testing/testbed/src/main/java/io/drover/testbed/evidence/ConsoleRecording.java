package io.drover.testbed.evidence;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that one QEMU process sent over its guest's console.
 *
 * @param console names the process, for example {@code host-a}
 * @param lines in the order they came
 * @param tail what came after the last line's end; a guest that moves within a line ends it on the other host's console
 */
public record ConsoleRecording(
        String console, List<ConsoleLine> lines, @Nullable ConsoleLine tail) {
    public ConsoleRecording {
        lines = List.copyOf(lines);
    }
}
