package io.drover.worker.hypervisor.qemu.process;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Starts QEMU as a daemon: the process started here ends with QEMU's verdict on its arguments, and the VM is a
 * process of its own session that nothing of the worker's takes down.
 */
public record QemuLauncher(VmFolder folder, Duration limit) {
    private static final int REASON_BYTES_MAX = 4096;

    public QemuProcess launch(List<String> command) throws IOException, InterruptedException {
        Path log = folder.log();
        // QEMU empties the file named by -D, so that what an earlier process said would go and the place in it mean
        // nothing.
        keepEarlier(log);
        Process parent = new ProcessBuilder(command)
                .directory(folder.path().toFile())
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        boolean started = false;
        try {
            started = parent.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS) && parent.exitValue() == 0;
        } finally {
            if (!started) {
                parent.destroyForcibly();
                folder.process().ifPresent(QemuProcess::kill);
            }
        }
        Optional<QemuProcess> process = started ? folder.process() : Optional.empty();
        if (process.isEmpty()) {
            throw new IOException("QEMU did not start: " + reason(log));
        }
        folder.rememberProcess(process.get());
        return process.get();
    }

    /** One earlier log is kept, for the person who asks why a VM ended. */
    private void keepEarlier(Path log) throws IOException {
        if (Files.exists(log) && Files.size(log) > 0) {
            Files.move(log, folder.earlierLog(), StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private String reason(Path log) throws IOException {
        try (var file = new RandomAccessFile(log.toFile(), "r")) {
            file.seek(Math.max(0, file.length() - REASON_BYTES_MAX));
            byte[] rest = new byte[(int) (file.length() - file.getFilePointer())];
            file.readFully(rest);
            List<String> lines = new String(rest, StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.contains("warning:"))
                    .toList();
            return lines.isEmpty()
                    ? "it said nothing within " + limit.toSeconds() + " s, see " + log
                    : String.join("; ", lines);
        }
    }
}
