package io.drover.worker.hypervisor.qemu;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Starts QEMU as a daemon: the process started here ends with QEMU's verdict on its arguments, and the machine is a
 * process of its own session that nothing of the worker's takes down.
 */
record QemuLauncher(MachineFolder folder, Duration limit) {
    private static final int REASON_BYTES_MAX = 4096;

    QemuProcess launch(List<String> command) throws IOException, InterruptedException {
        Path log = folder.log();
        long logged = Files.exists(log) ? Files.size(log) : 0;
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
            throw new IOException("QEMU did not start: " + reason(log, logged));
        }
        folder.rememberProcess(process.get());
        return process.get();
    }

    private String reason(Path log, long logged) throws IOException {
        try (var file = new RandomAccessFile(log.toFile(), "r")) {
            file.seek(Math.max(logged, file.length() - REASON_BYTES_MAX));
            byte[] rest = new byte[(int) (file.length() - file.getFilePointer())];
            file.readFully(rest);
            List<String> lines = new String(rest, StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.contains("warning:"))
                    .toList();
            return lines.isEmpty() ? "nothing within " + limit + ", see " + log : String.join("; ", lines);
        }
    }
}
