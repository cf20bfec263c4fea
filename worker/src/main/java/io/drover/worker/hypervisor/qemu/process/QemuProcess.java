package io.drover.worker.hypervisor.qemu.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The identity of a process: its number alone may be given to another one later.
 *
 * @param pid process number
 * @param startTicks when it started, in clock ticks since boot ({@code /proc/<pid>/stat}, field 22, proc(5))
 */
public record QemuProcess(long pid, long startTicks) {
    private static final Path PROC = Path.of("/proc");
    private static final String PID_FILE_OPTION = "-pidfile";
    private static final String DELETED = " (deleted)";
    private static final String OWN_USER = user(PROC.resolve("self"));
    /** USER_HZ, which is 100 on every architecture that QEMU's x86 guests run on with Linux. */
    private static final long TICKS_PER_SECOND = 100;

    private static final int STATE = 0;
    private static final int USER_TICKS = 11;
    private static final int SYSTEM_TICKS = 12;
    private static final int START_TICKS = 19;

    /** The process as it is now; empty when it is gone or only waits to be reaped. */
    static Optional<QemuProcess> of(long pid) {
        return stat(pid).map(fields -> new QemuProcess(pid, Long.parseLong(fields.get(START_TICKS))));
    }

    /**
     * Processes of this worker's user that were told one of these pid files, by pid file. What an argument says anybody can
     * say: whether they are QEMU is for {@link VmFolder} to know.
     */
    public static Map<String, List<QemuProcess>> ownByPidFile(Set<String> pidFiles) throws IOException {
        Map<String, List<QemuProcess>> found = new HashMap<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(PROC, "[1-9]*")) {
            for (Path entry : entries) {
                List<String> arguments = arguments(entry);
                int option = arguments.indexOf(PID_FILE_OPTION);
                String told = option < 0 || option + 1 == arguments.size() ? "" : arguments.get(option + 1);
                if (pidFiles.contains(told) && user(entry).equals(OWN_USER)) {
                    of(Long.parseLong(entry.getFileName().toString()))
                            .ifPresent(process -> found.computeIfAbsent(told, _ -> new ArrayList<>())
                                    .add(process));
                }
            }
        }
        return found;
    }

    /** The program's file, also when it was replaced since; empty when it cannot be told. */
    Optional<Path> program() {
        try {
            String link = Files.readSymbolicLink(entry(pid).resolve("exe")).toString();
            return Optional.of(
                    Path.of(link.endsWith(DELETED) ? link.substring(0, link.length() - DELETED.length()) : link));
        } catch (IOException e) {
            // Ended meanwhile, or not ours to look at.
            return Optional.empty();
        }
    }

    /** The real user's number: what a program that changes its user for another's was started by. */
    private static String user(Path entry) {
        try (Stream<String> lines = Files.lines(entry.resolve("status"), StandardCharsets.ISO_8859_1)) {
            return lines.filter(line -> line.startsWith("Uid:"))
                    .map(line -> line.split("\\s+", 3)[1])
                    .findFirst()
                    .orElse("");
        } catch (IOException | UncheckedIOException e) {
            // Ended meanwhile.
            return "";
        }
    }

    private static List<String> arguments(Path entry) {
        try {
            byte[] line = Files.readAllBytes(entry.resolve("cmdline"));
            return Arrays.asList(new String(line, StandardCharsets.UTF_8).split("\0", -1));
        } catch (IOException e) {
            // Ended meanwhile, or another user's where the system hides those: not one of ours.
            return List.of();
        }
    }

    boolean isYoungerThan(QemuProcess other) {
        return startTicks > other.startTicks || (startTicks == other.startTicks && pid > other.pid);
    }

    public boolean alive() {
        return of(pid).filter(this::equals).isPresent();
    }

    /** SIGKILL. */
    public void kill() {
        if (alive()) {
            ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
        }
    }

    /** Processor time used, by the guest and for it. */
    public Duration cpuTime() throws IOException {
        List<String> fields = stat(pid).orElseThrow(() -> new IOException("process " + pid + " is gone"));
        long ticks = Long.parseLong(fields.get(USER_TICKS)) + Long.parseLong(fields.get(SYSTEM_TICKS));
        return Duration.ofMillis(ticks * 1000 / TICKS_PER_SECOND);
    }

    public long residentBytes() throws IOException {
        for (String line : Files.readAllLines(entry(pid).resolve("status"))) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("[^0-9]", "")) << 10;
            }
        }
        return 0;
    }

    /** Fields from the state on; the name before it may hold anything. Empty for the dead. */
    private static Optional<List<String>> stat(long pid) {
        try {
            String line = Files.readString(entry(pid).resolve("stat"), StandardCharsets.ISO_8859_1);
            List<String> fields =
                    List.of(line.substring(line.lastIndexOf(')') + 2).strip().split(" ", -1));
            boolean dead = fields.get(STATE).equals("Z") || fields.get(STATE).equals("X");
            return dead ? Optional.empty() : Optional.of(fields);
        } catch (IOException e) {
            // Reading fails with ENOENT or ESRCH exactly when there is no such process.
            return Optional.empty();
        }
    }

    private static Path entry(long pid) {
        return PROC.resolve(Long.toString(pid));
    }
}
