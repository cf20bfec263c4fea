package io.drover.worker.hypervisor.qemu;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * Two bridges, {@code br-a} and {@code br-b}, joined by a cable, in network and mount namespaces of their own. {@code br-a} has the
 * address {@link #OWN_ADDRESS}; QEMU's helper may use both. They go with a process that ends with this one.
 */
final class BridgeLab implements AutoCloseable {
    static final String OWN_ADDRESS = "192.168.77.1";

    private static final String READY = "ready";
    /** The device of taps may be root's alone outside, as in a container without udev. */
    private static final String SET_UP = """
        mount -t sysfs sysfs /sys
        mount -t tmpfs tmpfs /dev/net
        mknod -m 666 /dev/net/tun c 10 200
        mount -t tmpfs tmpfs "$1"
        cp -a /etc/. "$1"
        mkdir -p "$1/qemu"
        printf 'allow br-a\\nallow br-b\\n' >"$1/qemu/bridge.conf"
        mount --bind "$1" /etc
        ip link set lo up
        ip link add br-a type bridge
        ip link add br-b type bridge
        ip link add cable-a type veth peer name cable-b
        for side in a b; do ip link set cable-$side master br-$side up; ip link set br-$side up; done
        ip address add 192.168.77.1/24 dev br-a
        echo ready
        exec cat
        """;

    private final Process holder;
    private final Path folder;

    private BridgeLab(Process holder, Path folder) {
        this.holder = holder;
        this.folder = folder;
    }

    /** Makes them, or ends the test as skipped where that is not allowed. {@code folder}: an empty one. */
    static BridgeLab make(Path folder) throws IOException, InterruptedException {
        Path etc = Files.createDirectory(folder.resolve("etc"));
        Process holder = new ProcessBuilder(
                        "unshare", "--net", "--mount", "sh", "-ec", "exec 2>&1\n" + SET_UP, "lab", etc.toString())
                .redirectErrorStream(true)
                .start();
        var said = new ArrayList<String>();
        var reader = new BufferedReader(new InputStreamReader(holder.getInputStream(), StandardCharsets.UTF_8));
        String line = reader.readLine();
        while (line != null && !line.equals(READY)) {
            said.add(line);
            line = reader.readLine();
        }
        if (line == null) {
            holder.destroyForcibly().waitFor();
        }
        Assumptions.assumeTrue(line != null, () -> "no bridges can be made here, as root they can: " + said);
        return new BridgeLab(holder, folder);
    }

    /** {@code /sys/class/net} as it is there. */
    Path devices() {
        return Path.of("/proc/" + holder.pid() + "/root/sys/class/net");
    }

    private List<String> command(List<String> command) {
        return Stream.concat(
                        Stream.of(
                                "nsenter",
                                "--net=/proc/" + holder.pid() + "/ns/net",
                                "--mount=/proc/" + holder.pid() + "/ns/mnt",
                                "--"),
                        command.stream())
                .toList();
    }

    ProcessBuilder process(String... command) {
        return new ProcessBuilder(command(List.of(command))).redirectErrorStream(true);
    }

    /** What a command says there; {@link IOException} with that when it fails. */
    String run(String... command) throws IOException, InterruptedException {
        Process process = process(command).start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(String.join(" ", command) + ": " + said);
        }
        return said;
    }

    /** A program that runs QEMU there. */
    Path qemu() throws IOException {
        Path script = folder.resolve("qemu");
        if (!Files.exists(script)) {
            Files.writeString(
                    script,
                    "#!/bin/sh\nexec " + String.join(" ", command(List.of("qemu-system-x86_64"))) + " \"$@\"\n");
            Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
        }
        return script;
    }

    /** The taps on a bridge, the oldest first. */
    List<String> taps(String bridge) throws IOException {
        var taps = new ArrayList<String>();
        try (Stream<Path> ports = Files.list(devices().resolve(bridge).resolve("brif"))) {
            ports.map(port -> port.getFileName().toString())
                    .filter(port -> !port.startsWith("cable"))
                    .forEach(taps::add);
        }
        taps.sort(Comparator.comparingInt(this::number));
        return taps;
    }

    private int number(String device) {
        try {
            return Integer.parseInt(Files.readString(devices().resolve(device).resolve("ifindex"))
                    .strip());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Frames that QEMU has sent by a tap: what the host receives. */
    long sentBy(String tap) throws IOException {
        return Long.parseLong(
                Files.readString(devices().resolve(tap).resolve("statistics").resolve("rx_packets"))
                        .strip());
    }

    /** The port behind which a bridge has learnt an address; empty where it has not. */
    String port(String bridge, Object address) throws IOException, InterruptedException {
        return run("bridge", "fdb", "show", "br", bridge)
                .lines()
                .filter(line -> line.startsWith(address + " dev ") && !line.contains("permanent"))
                .map(line -> line.split(" ", -1)[2])
                .findFirst()
                .orElse("");
    }

    @Override
    public void close() {
        holder.destroyForcibly();
        holder.onExit().join();
    }
}
