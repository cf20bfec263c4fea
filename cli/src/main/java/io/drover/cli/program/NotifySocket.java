package io.drover.cli.program;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a program tells the service manager that started it, by the protocol of sd_notify(3): datagrams to the unix socket that
 * {@code NOTIFY_SOCKET} names. Without that variable nobody listens and nothing is sent. The JDK has no datagram sockets of
 * that family, so the calls are libc's.
 */
final class NotifySocket {
    private static final Logger LOG = LoggerFactory.getLogger(NotifySocket.class);
    private static final int AF_UNIX = 1;
    private static final int SOCK_DGRAM_CLOEXEC = 2 | 0x80000;
    private static final int MSG_NOSIGNAL = 0x4000;
    private static final int FAMILY_BYTES = 2;
    private static final int PATH_MAX = 108;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final MethodHandle SOCKET =
            call("socket", ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT);
    private static final MethodHandle SENDTO = call(
            "sendto",
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_INT,
            ValueLayout.ADDRESS,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_INT,
            ValueLayout.ADDRESS,
            ValueLayout.JAVA_INT);
    private static final MethodHandle CLOSE = call("close", ValueLayout.JAVA_INT, ValueLayout.JAVA_INT);

    private final @Nullable String socket;
    private final @Nullable Duration watchdog;

    private NotifySocket(@Nullable String socket, @Nullable Duration watchdog) {
        this.socket = socket;
        this.watchdog = watchdog;
    }

    static NotifySocket ofThisProcess() {
        return of(System.getenv(), ProcessHandle.current().pid());
    }

    /**
     * The one that an environment names.
     *
     * @param pid of this process: a watchdog that is meant for another one is not fed
     */
    static NotifySocket of(Map<String, String> environment, long pid) {
        String socket = environment.getOrDefault("NOTIFY_SOCKET", "");
        String watched = environment.getOrDefault("WATCHDOG_PID", Long.toString(pid));
        String micros = environment.getOrDefault("WATCHDOG_USEC", "");
        boolean fed = !socket.isEmpty() && watched.equals(Long.toString(pid)) && micros.matches("[1-9][0-9]{0,17}");
        return new NotifySocket(
                socket.isEmpty() ? null : socket, fed ? Duration.ofNanos(Long.parseLong(micros) * 1000) : null);
    }

    /** How often {@link #alive} must be said, or the process is killed; empty when nobody waits for it. */
    Optional<Duration> watchdog() {
        return Optional.ofNullable(watchdog);
    }

    /** The start is over. */
    void ready(String status) {
        send("READY=1\nSTATUS=" + oneLine(status));
    }

    /** One line for {@code systemctl status}. */
    void status(String status) {
        send("STATUS=" + oneLine(status));
    }

    void stopping() {
        send("STOPPING=1\nSTATUS=ending");
    }

    /** The start or the end takes longer, by this from now on. */
    void extend(Duration time) {
        send("EXTEND_TIMEOUT_USEC=" + time.toNanos() / 1000);
    }

    void alive() {
        send("WATCHDOG=1");
    }

    private static String oneLine(String text) {
        return text.replace('\n', ' ');
    }

    private void send(String message) {
        String to = socket;
        if (to == null) {
            return;
        }
        try (Arena arena = Arena.ofConfined()) {
            byte[] bytes = message.getBytes(StandardCharsets.UTF_8);
            byte[] path = to.getBytes(StandardCharsets.UTF_8);
            if (path.length >= PATH_MAX) {
                LOG.warn("NOTIFY_SOCKET is longer than a unix socket's path: {}", to);
                return;
            }
            send(arena.allocateFrom(ValueLayout.JAVA_BYTE, bytes), address(arena, path));
        } catch (Throwable e) { // what a method handle declares; a program that cannot tell works all the same
            LOG.warn("the service manager cannot be told: {}", e.toString());
        }
    }

    /** {@code struct sockaddr_un}; a name that begins with {@code @} is in the abstract namespace: its first byte is 0. */
    private static MemorySegment address(Arena arena, byte[] path) {
        MemorySegment address = arena.allocate(FAMILY_BYTES + (long) path.length + (path[0] == '@' ? 0 : 1), 2);
        address.set(ValueLayout.JAVA_SHORT, 0, (short) AF_UNIX);
        MemorySegment.copy(path, 0, address, ValueLayout.JAVA_BYTE, FAMILY_BYTES, path.length);
        if (path[0] == '@') {
            address.set(ValueLayout.JAVA_BYTE, FAMILY_BYTES, (byte) 0);
        }
        return address;
    }

    private static void send(MemorySegment message, MemorySegment address) throws Throwable {
        int descriptor = (int) SOCKET.invokeExact(AF_UNIX, SOCK_DGRAM_CLOEXEC, 0);
        if (descriptor < 0) {
            LOG.warn("the service manager cannot be told: no socket to be had");
            return;
        }
        try {
            long sent = (long) SENDTO.invokeExact(
                    descriptor, message, message.byteSize(), MSG_NOSIGNAL, address, (int) address.byteSize());
            if (sent < 0) {
                LOG.warn("the service manager does not take what it is told");
            }
        } finally {
            int _ = (int) CLOSE.invokeExact(descriptor);
        }
    }

    @SuppressWarnings("restricted") // the launchers allow it
    private static MethodHandle call(String name, MemoryLayout result, MemoryLayout... arguments) {
        return LINKER.downcallHandle(
                LINKER.defaultLookup().findOrThrow(name), FunctionDescriptor.of(result, arguments));
    }
}
