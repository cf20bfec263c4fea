package io.drover.worker.hypervisor.qemu.image;

import io.drover.worker.nbd.NbdAddress;
import io.drover.worker.nbd.NbdClient;
import io.drover.worker.nbd.NbdProtocolException;
import io.drover.worker.nbd.NbdRequestException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * One {@code qemu-nbd} (QEMU 7.2) that serves one image to this process over a unix socket, and the connection to it. It
 * takes QEMU's lock on the image, writes out and ends by itself when the connection ends: also when the worker dies.
 */
final class QemuNbd implements AutoCloseable {
    private static final Duration REQUEST_LIMIT = Duration.ofSeconds(60);
    private static final Duration START_LIMIT = Duration.ofSeconds(30);
    private static final Duration END_LIMIT = Duration.ofSeconds(60);
    private static final Duration POLL = Duration.ofMillis(10);

    private final Process process;
    private final NbdClient client;
    private final Path socket;
    private final Path log;

    private QemuNbd(Process process, NbdClient client, Path socket, Path log) {
        this.process = process;
        this.client = client;
        this.socket = socket;
        this.log = log;
    }

    /**
     * Serves an image; fails when somebody holds it in a way that does not go together with this.
     *
     * @param options of {@code qemu-nbd}
     * @param image a file name, or a block node as {@code json:{…}}
     * @param socket a short path at which nothing stands
     */
    static QemuNbd serve(List<String> options, String image, Path socket) throws IOException, InterruptedException {
        Path log = socket.resolveSibling(socket.getFileName() + ".log");
        var command = new ArrayList<>(List.of("qemu-nbd", "--socket=" + socket));
        command.addAll(options);
        command.add(image);
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .redirectInput(Path.of("/dev/null").toFile())
                .start();
        NbdClient client = null;
        try {
            client = connect(process, socket, log);
            return new QemuNbd(process, client, socket, log);
        } finally {
            if (client == null) {
                process.destroyForcibly();
                remove(socket, log);
            }
        }
    }

    private static NbdClient connect(Process process, Path socket, Path log) throws IOException, InterruptedException {
        long end = System.nanoTime() + START_LIMIT.toNanos();
        while (true) {
            try {
                return NbdClient.connect(new NbdAddress.Unix(socket), "", List.of(NbdClient.ALLOCATION), REQUEST_LIMIT);
            } catch (NbdProtocolException | NbdRequestException e) {
                throw e;
            } catch (IOException e) {
                if (System.nanoTime() > end) {
                    throw new IOException("qemu-nbd does not listen within " + START_LIMIT, e);
                }
            }
            // Nobody listens yet, or never will.
            if (process.waitFor(POLL.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IOException(
                        "qemu-nbd did not start: " + Files.readString(log).strip());
            }
        }
    }

    NbdClient client() {
        return client;
    }

    /** Returns when the image is written out and nobody holds it any more. */
    @Override
    public void close() throws IOException {
        try {
            client.close();
            awaitEnd();
        } finally {
            process.destroyForcibly();
            remove(socket, log);
        }
    }

    private void awaitEnd() throws IOException {
        try {
            if (!process.waitFor(END_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IOException("qemu-nbd does not end within " + END_LIMIT);
            }
            if (process.exitValue() != 0) {
                throw new IOException(
                        "qemu-nbd failed: " + Files.readString(log).strip());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while qemu-nbd writes out");
        }
    }

    private static void remove(Path socket, Path log) throws IOException {
        Files.deleteIfExists(socket);
        Files.deleteIfExists(log);
    }
}
