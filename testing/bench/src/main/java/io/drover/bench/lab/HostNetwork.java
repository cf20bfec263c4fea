package io.drover.bench.lab;

import io.drover.messages.time.Clock;
import io.drover.messages.time.Wait;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Two hosts, each a network namespace of its own, with two links: one between them, shaped, for disks and memory; and
 * one each to this process' namespace, not shaped, for PostgreSQL and RabbitMQ on 127.0.0.1. Addresses are loopback
 * ones throughout ({@code route_localnet}), which is all that workers accept while their connection is not encrypted.
 *
 * <p>Each namespace is held by a process that ends with this one. To be used in a network namespace that nobody else
 * uses: 127.0.0.0/8 is taken away from its loopback device, but for 127.0.0.1.
 */
public final class HostNetwork implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final Duration POLL = Duration.ofMillis(5);
    private static final String LOOPBACK_ROUTES =
            "sysctl -qw net.ipv4.conf.all.route_localnet=1 net.ipv4.conf.default.route_localnet=1;"
                    + "ip link set lo up; ip addr flush dev lo;";
    /** Ten milliseconds of queue, as a switch's port has, and not the seconds of an unbounded one. */
    private static final long QUEUE_PARTS_OF_SECOND = 100;

    private static final int QUEUE_BYTES_MIN = 256 << 10;
    private static final int BURST_BYTES = 128 << 10;
    private static final int SENT_COLUMN = 9;

    private final Host source;
    private final Host destination;

    private HostNetwork(Host source, Host destination) {
        this.source = source;
        this.destination = destination;
    }

    /** One namespace. */
    public static final class Host {
        private final Process holder;
        private final int number;

        private Host(Process holder, int number) {
            this.holder = holder;
            this.number = number;
        }

        /** Where the other host reaches it. */
        public String address() {
            return "127.1.0." + number;
        }

        /** What a command starts with to run there. */
        public List<String> prefix() {
            return List.of("nsenter", "--net=/proc/" + holder.pid() + "/ns/net", "--");
        }

        /** Bytes that left it over the link to the other host, frame headers included. */
        public long sentBytes() throws IOException {
            for (String line : Files.readAllLines(Path.of("/proc", Long.toString(holder.pid()), "net/dev"))) {
                String[] columns = line.strip().split("[:\\s]+", -1);
                if (columns[0].equals("data")) {
                    return Long.parseLong(columns[SENT_COLUMN]);
                }
            }
            throw new IOException("host " + number + " has lost its link");
        }
    }

    /** Makes both hosts; {@code bitsPerSecond} in each direction. */
    static HostNetwork join(long bitsPerSecond, Clock clock) throws IOException, InterruptedException {
        Host source = host(1, clock);
        Host destination = host(2, clock);
        Commands.run(List.of(), "sh", "-ec", LOOPBACK_ROUTES + "ip addr add 127.0.0.1/32 dev lo");
        Commands.run(
                List.of(),
                "sh",
                "-ec",
                "ip link add data netns " + source.holder.pid() + " type veth peer name data netns "
                        + destination.holder.pid());
        for (Host host : List.of(source, destination)) {
            connect(host, bitsPerSecond);
        }
        return new HostNetwork(source, destination);
    }

    private static Host host(int number, Clock clock) throws IOException, InterruptedException {
        // It reads from a pipe of this process, and so ends with it.
        Process holder = new ProcessBuilder("unshare", "--net", "cat").start();
        Path here = Files.readSymbolicLink(Path.of("/proc/self/ns/net"));
        boolean apart = new Wait(clock, LIMIT, POLL).until(() -> namespace(holder.pid(), here));
        if (!apart) {
            holder.destroyForcibly();
            throw new IOException("no network namespace could be made");
        }
        return new Host(holder, number);
    }

    private static boolean namespace(long pid, Path here) {
        try {
            Path link = Files.readSymbolicLink(Path.of("/proc", Long.toString(pid), "ns/net"));
            return !link.equals(here);
        } catch (IOException e) {
            return false;
        }
    }

    private static void connect(Host host, long bitsPerSecond) throws IOException, InterruptedException {
        String outside = "mgmt" + host.number;
        String address = "127.2.0." + host.number;
        long queue = Math.max(QUEUE_BYTES_MIN, bitsPerSecond / 8 / QUEUE_PARTS_OF_SECOND);
        Commands.run(
                List.of(),
                "sh",
                "-ec",
                "ip link add " + outside + " type veth peer name mgmt netns " + host.holder.pid() + "; ip link set "
                        + outside + " up");
        String inside = LOOPBACK_ROUTES + "ip addr add " + host.address() + "/24 dev data; ip link set data up;"
                + "ip addr add " + address + "/32 dev mgmt; ip link set mgmt up;"
                + "ip route add 127.0.0.1/32 dev mgmt src " + address + ";"
                + (bitsPerSecond == 0
                        ? ""
                        : "tc qdisc add dev data root tbf rate " + bitsPerSecond + "bit burst " + BURST_BYTES
                                + " limit " + queue);
        Commands.run(host.prefix(), "sh", "-ec", inside);
        Commands.run(List.of(), "ip", "route", "add", address + "/32", "dev", outside, "src", "127.0.0.1");
    }

    public Host source() {
        return source;
    }

    public Host destination() {
        return destination;
    }

    /** Nothing passes between the hosts any more, as when a cable is pulled; what they sent waits or is lost. */
    void cut() throws IOException, InterruptedException {
        Commands.run(destination.prefix(), "ip", "link", "set", "data", "down");
    }

    void mend() throws IOException, InterruptedException {
        Commands.run(destination.prefix(), "ip", "link", "set", "data", "up");
    }

    @Override
    public void close() {
        source.holder.destroy();
        destination.holder.destroy();
    }
}
