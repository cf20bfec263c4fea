package io.drover.worker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How much tasks of this host wait for processors: pressure (Documentation/accounting/psi.rst) and, where the host is a
 * guest itself, steal (proc_stat(5)). For one thread.
 */
final class ProcessorWaits {
    private static final Pattern SOME = Pattern.compile("some .*total=(\\d+)");

    /** user, nice, system, idle, iowait, irq, softirq, steal; what follows is contained in the first two. */
    private static final int TIMES = 8;

    private final Path proc;
    private Optional<Long> pressureMicros;
    private Optional<Times> times;

    /** @param proc where the kernel's file system is mounted */
    ProcessorWaits(Path proc) {
        this.proc = proc;
        this.pressureMicros = pressureMicros();
        this.times = times();
    }

    /** Fraction of the time since the last call in which some task waited; null where the kernel does not tell. */
    @Nullable
    Double pressure(double periodSeconds) {
        Optional<Long> before = pressureMicros;
        pressureMicros = pressureMicros();
        return before.isEmpty() || pressureMicros.isEmpty() || periodSeconds <= 0
                ? null
                : Math.clamp((pressureMicros.get() - before.get()) / 1e6 / periodSeconds, 0, 1);
    }

    /** Fraction of all processors' time since the last call that was stolen; null where the kernel does not tell. */
    @Nullable
    Double steal() {
        Optional<Times> before = times;
        times = times();
        if (before.isEmpty() || times.isEmpty()) {
            return null;
        }
        double all = times.get().all() - before.get().all();
        return all <= 0 ? null : Math.clamp((times.get().stolen() - before.get().stolen()) / all, 0, 1);
    }

    private Optional<Long> pressureMicros() {
        return lines(proc.resolve("pressure/cpu"))
                .map(SOME::matcher)
                .filter(Matcher::matches)
                .map(match -> Long.parseLong(match.group(1)))
                .findFirst();
    }

    /** Clock ticks of all processors together. */
    private record Times(long all, long stolen) {}

    private Optional<Times> times() {
        return lines(proc.resolve("stat"))
                .filter(line -> line.startsWith("cpu "))
                .map(line -> Arrays.stream(line.substring(4).strip().split(" "))
                        .limit(TIMES)
                        .map(Long::parseLong)
                        .toList())
                .filter(ticks -> ticks.size() == TIMES)
                .map(ProcessorWaits::times)
                .findFirst();
    }

    private static Times times(List<Long> ticks) {
        return new Times(ticks.stream().mapToLong(Long::longValue).sum(), ticks.getLast());
    }

    /** Kernels are built without pressure, or do not let everybody read it. */
    private static Stream<String> lines(Path file) {
        try {
            return Files.readAllLines(file).stream();
        } catch (IOException e) {
            return Stream.empty();
        }
    }
}
