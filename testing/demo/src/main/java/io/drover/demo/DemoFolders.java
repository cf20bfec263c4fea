package io.drover.demo;

import io.drover.messages.HostId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Everything the demo writes, under one folder. */
public record DemoFolders(Path root) {
    /** Unix socket paths hold 107 bytes; the longest below is {@code <root>/h1/run/<uuid>/console.sock}. */
    private static final int ROOT_BYTES_MAX = 107 - "/h1/run//console.sock".length() - 36;

    public DemoFolders {
        if (root.toString().getBytes(StandardCharsets.UTF_8).length > ROOT_BYTES_MAX) {
            throw new IllegalArgumentException("the state folder's path is longer than " + ROOT_BYTES_MAX
                    + " bytes, too long for unix sockets: " + root + "; name a shorter one with --state");
        }
    }

    public Path postgres() {
        return root.resolve("postgres");
    }

    public Path rabbit() {
        return root.resolve("rabbit");
    }

    public Path logs() {
        return root.resolve("logs");
    }

    /** The authority and the hosts' certificates. */
    public Path pki() {
        return root.resolve("pki");
    }

    public Path config(String program) {
        return root.resolve(program + ".properties");
    }

    public Path host(HostId host) {
        return root.resolve(host.value());
    }

    public Path images(HostId host) {
        return host(host).resolve("images");
    }

    public Path run(HostId host) {
        return host(host).resolve("run");
    }

    public void create(List<HostId> hosts) throws IOException {
        for (Path folder : List.of(postgres(), rabbit(), logs())) {
            Files.createDirectories(folder);
        }
        for (HostId host : hosts) {
            Files.createDirectories(images(host));
            Files.createDirectories(run(host));
        }
    }

    /** Removes everything, an earlier demo's remains included. */
    public void remove() throws IOException {
        if (!Files.exists(root)) {
            return;
        }
        try (Stream<Path> paths = Files.walk(root)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
