package io.drover.testbed.libvirt;

import io.drover.testbed.LogTail;
import io.drover.testbed.guest.Checkout;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;

/**
 * What a private host mounts over the computer's folders of the same names, and the scripts.
 *
 * @param path becomes {@code /etc}, {@code /run}, {@code /var/lib} and {@code /var/log} of the host
 * @param cache becomes {@code /var/cache} of every host: to ask a QEMU what it can do takes libvirt some seconds
 */
record LibvirtFolder(Path path, Path cache) {
    static final String DAEMON = "/usr/sbin/libvirtd";
    private static final String HOST = "private-host";
    private static final String EMULATOR = "odd-memory";

    private static final String QEMU_SETTINGS = """
        user = "root"
        group = "root"
        dynamic_ownership = 0
        remember_owner = 0
        security_driver = "none"
        namespaces = []
        cgroup_controllers = []
        stdio_handler = "file"
        """;

    static LibvirtFolder in(Checkout checkout, Path path) throws IOException {
        if (!Files.isExecutable(Path.of(DAEMON))) {
            throw new IOException("libvirtd is not installed; as root: apt-get install libvirt-daemon");
        }
        var folder = new LibvirtFolder(
                path.toAbsolutePath(), Files.createDirectories(checkout.cache().resolve("libvirt")));
        for (String part : List.of("etc/libvirt", "run", "var/lib", "var/log", "var/cache")) {
            Files.createDirectories(folder.path.resolve(part));
        }
        Files.createDirectories(folder.cache.resolve("var"));
        Files.writeString(folder.path.resolve("etc/libvirt/libvirtd.conf"), daemonSettings());
        Files.writeString(folder.path.resolve("etc/libvirt/qemu.conf"), QEMU_SETTINGS);
        folder.install(HOST);
        folder.install(EMULATOR);
        return folder;
    }

    /** Two hosts of one UUID would be one to libvirt, which refuses to migrate from a host to itself. */
    private static String daemonSettings() {
        return """
            host_uuid = "%s"
            unix_sock_rw_perms = "0700"
            auth_unix_rw = "none"
            log_level = 3
            log_outputs = "3:file:/var/log/libvirtd.log"
            """.formatted(UUID.randomUUID());
    }

    /** Leaves a file alone that is as it should be: libvirt asks a QEMU again whose file has changed. */
    private void install(String script) throws IOException {
        byte[] content;
        try (InputStream resource = LibvirtFolder.class.getResourceAsStream(script)) {
            if (resource == null) {
                throw new IOException("resource " + script + " is missing");
            }
            content = resource.readAllBytes();
        }
        Path target = cache.resolve(script);
        if (Files.exists(target) && Arrays.equals(Files.readAllBytes(target), content)) {
            return;
        }
        Path fresh = Files.createTempFile(cache, script, "");
        Files.write(fresh, content);
        Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE);
    }

    Path hostScript() {
        return cache.resolve(HOST);
    }

    Path emulator() {
        return cache.resolve(EMULATOR);
    }

    Path sharedVarCache() {
        return cache.resolve("var");
    }

    Path output(String name) {
        return path.resolve(name + ".out");
    }

    /** The last lines that a program wrote, and those of the daemon's log. */
    String tail(String name, int lines) throws IOException {
        return tail(output(name), lines) + tail(path.resolve("var/log/libvirtd.log"), lines);
    }

    private static String tail(Path file, int lines) throws IOException {
        return Files.exists(file) ? LogTail.of(file, lines) + "\n" : "";
    }
}
