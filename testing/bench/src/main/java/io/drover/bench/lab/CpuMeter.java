package io.drover.bench.lab;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * Processor seconds of all processes this one can see but itself: both QEMUs with their guests, workers, scheduler,
 * database and broker. To be looked at now and then, for what ended between two looks is counted up to the first.
 */
public final class CpuMeter {
    /** Of {@code /proc}, on every architecture of Linux. */
    private static final double TICKS_PER_SECOND = 100;

    private static final int USER_FIELD = 11;
    private static final int SYSTEM_FIELD = 12;
    private static final int CHILDREN_USER_FIELD = 13;
    private static final int CHILDREN_SYSTEM_FIELD = 14;
    private final Map<Long, Long> first;
    private final Map<Long, Long> last = new HashMap<>();

    /** Counts from now on. */
    public CpuMeter() throws IOException {
        first = ticks();
    }

    public void look() throws IOException {
        last.putAll(ticks());
    }

    public double seconds() throws IOException {
        look();
        long ticks = 0;
        for (var entry : last.entrySet()) {
            ticks += entry.getValue() - first.getOrDefault(entry.getKey(), 0L);
        }
        return ticks / TICKS_PER_SECOND;
    }

    /** Seconds of this process' children that have ended since it began, which no look can see. */
    public static double endedChildrenSeconds() throws IOException {
        String[] fields = fields(Path.of("/proc/self/stat"));
        return (Long.parseLong(fields[CHILDREN_USER_FIELD]) + Long.parseLong(fields[CHILDREN_SYSTEM_FIELD]))
                / TICKS_PER_SECOND;
    }

    /** Behind the name, which may hold blanks (proc(5)). */
    private static String[] fields(Path stat) throws IOException {
        String line = Files.readString(stat);
        return line.substring(line.lastIndexOf(')') + 2).split(" ", -1);
    }

    private static Map<Long, Long> ticks() throws IOException {
        long self = ProcessHandle.current().pid();
        Map<Long, Long> ticks = new HashMap<>();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : processes) {
                long pid = Long.parseLong(process.getFileName().toString());
                if (pid != self) {
                    add(ticks, pid, process.resolve("stat"));
                }
            }
        }
        return ticks;
    }

    private static void add(Map<Long, Long> ticks, long pid, Path stat) {
        try {
            String[] fields = fields(stat);
            ticks.put(pid, Long.parseLong(fields[USER_FIELD]) + Long.parseLong(fields[SYSTEM_FIELD]));
        } catch (IOException e) {
            // It ended between the listing and the look; an earlier look may have counted it.
        }
    }
}
