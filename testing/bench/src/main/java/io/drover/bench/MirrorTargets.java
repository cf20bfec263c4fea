package io.drover.bench;

import io.drover.worker.qmp.QmpClient;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * The destination's QEMU as libvirt has it: one NBD server, a writable export a disk, and memory taken from the
 * network.
 */
final class MirrorTargets implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    /** NBD's own; nobody else listens in that host's namespace. */
    private static final int PORT = 10_809;

    /** libvirt's first. */
    private static final int MEMORY_PORT = 49_152;

    private final QmpClient qmp;
    private final String address;

    MirrorTargets(Path runFolder, String address) throws IOException, InterruptedException {
        this.qmp = QmpClient.connect(runFolder.resolve("repair.sock"), LIMIT);
        this.address = address;
    }

    void listen() throws IOException, InterruptedException {
        var inet = Map.of("host", address, "port", Integer.toString(PORT));
        execute("nbd-server-start", Map.of("addr", Map.of("type", "inet", "data", inet)));
    }

    /** Exports a disk; returns {@code nbd://<address>:<port>/<export>}. */
    String export(String disk) throws IOException, InterruptedException {
        execute(
                "block-export-add",
                Map.of("type", "nbd", "id", "bench-" + disk, "node-name", disk, "name", disk, "writable", true));
        return "nbd://" + address + ":" + PORT + "/" + disk;
    }

    /** Listens for memory; returns {@code tcp:<address>:<port>}. */
    String acceptMemory() throws IOException, InterruptedException {
        String uri = "tcp:" + address + ":" + MEMORY_PORT;
        execute("migrate-incoming", Map.of("uri", uri));
        return uri;
    }

    /** Before the guest runs: from then on only it writes. */
    void end() throws IOException, InterruptedException {
        execute("nbd-server-stop", Map.of());
    }

    private void execute(String command, Object arguments) throws IOException, InterruptedException {
        qmp.execute(command, arguments, LIMIT);
    }

    @Override
    public void close() throws IOException {
        qmp.close();
    }
}
