package io.drover.bench.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A qemu-nbd that serves one raw file inside a host. */
public final class NbdService implements AutoCloseable {
    private static final Duration END_LIMIT = Duration.ofSeconds(20);
    /** NBD's own; nobody else listens in that host's namespace. */
    private static final int PORT = 10_809;

    private final String uri;
    private final Path pidFile;

    private NbdService(String uri, Path pidFile) {
        this.uri = uri;
        this.pidFile = pidFile;
    }

    /** Read-only, for a client on the same host. */
    public static NbdService onSocket(HostNetwork.Host host, Path socket, Path image)
            throws IOException, InterruptedException {
        return start(host, image, "nbd+unix:///?socket=" + socket, "--read-only", "--socket=" + socket);
    }

    /** To be written to from the other host. */
    public static NbdService onAddress(HostNetwork.Host host, Path image) throws IOException, InterruptedException {
        String uri = "nbd://" + host.address() + ":" + PORT;
        return start(host, image, uri, "--discard=unmap", "--bind=" + host.address(), "--port=" + PORT);
    }

    private static NbdService start(HostNetwork.Host host, Path image, String uri, String... options)
            throws IOException, InterruptedException {
        Path pidFile = image.resolveSibling(image.getFileName() + ".nbd-pid");
        // It forks when it listens.
        List<String> command =
                new ArrayList<>(List.of("qemu-nbd", "--fork", "--persistent", "--shared=0", "--format=raw"));
        command.addAll(List.of(options));
        command.addAll(List.of("--pid-file=" + pidFile, image.toString()));
        Commands.run(host.prefix(), command.toArray(String[]::new));
        return new NbdService(uri, pidFile);
    }

    public String uri() {
        return uri;
    }

    @Override
    public void close() throws IOException {
        ProcessHandle.of(Long.parseLong(Files.readString(pidFile).strip())).ifPresent(process -> {
            process.destroy();
            process.onExit().orTimeout(END_LIMIT.toSeconds(), TimeUnit.SECONDS).join();
        });
    }
}
