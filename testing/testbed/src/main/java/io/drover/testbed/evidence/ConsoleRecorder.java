package io.drover.testbed.evidence;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.drover.messages.time.Clock;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records what one QEMU process, the first that says anything, sends over its guest's console, each line with the time
 * it came; also sends commands to the witness. QEMU serves one client on the socket, and drops what the guest sends
 * while there is none: start the recorder before the guest may run. Recordings that are to be joined need the same
 * clock.
 */
public final class ConsoleRecorder implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ConsoleRecorder.class);
    private static final Duration RETRY = Duration.ofMillis(5);
    /** A day of heartbeats. */
    private static final int LINES_MAX = 4_000_000;

    private static final int LINE_CHARACTERS_MAX = 4096;

    /** A panic's lines, of which the first say what happened and the last are registers. */
    private static final int LINES_TOLD = 60;

    private final String console;
    private final Path socket;
    private final Clock clock;
    private final Object lock = new Object();

    @GuardedBy("lock")
    private final List<ConsoleLine> lines = new ArrayList<>();

    private final StringBuilder begun = new StringBuilder();

    @GuardedBy("lock")
    private long begunAtNanos;

    @GuardedBy("lock")
    private @Nullable Heartbeat lastHeartbeat;

    @GuardedBy("lock")
    private @Nullable SocketChannel channel;

    @GuardedBy("lock")
    private boolean closed;

    @GuardedBy("lock")
    private boolean ended;

    private ConsoleRecorder(String console, Path socket, Clock clock) {
        this.console = console;
        this.socket = socket;
        this.clock = clock;
    }

    /** Starts recording as soon as the socket is there; needs no QEMU yet. */
    public static ConsoleRecorder start(String console, Path socket, Clock clock) {
        var recorder = new ConsoleRecorder(console, socket, clock);
        // A thread of its own kind: the time of arrival must not wait for a carrier of virtual threads.
        Thread.ofPlatform().name("console-" + console).daemon().start(recorder::record);
        return recorder;
    }

    /** What came until now. */
    public ConsoleRecording recording() {
        synchronized (lock) {
            ConsoleLine tail = begun.isEmpty() ? null : new ConsoleLine(begunAtNanos, begun.toString());
            return new ConsoleRecording(console, lines, tail);
        }
    }

    public Optional<Heartbeat> lastHeartbeat() {
        synchronized (lock) {
            return Optional.ofNullable(lastHeartbeat);
        }
    }

    public boolean connected() {
        synchronized (lock) {
            return channel != null && !ended;
        }
    }

    /** True when QEMU closed the socket, as it does when it ends; a guest that never ran has not ended. */
    public boolean ended() {
        synchronized (lock) {
            return ended;
        }
    }

    /**
     * Sends a command to the witness.
     *
     * @throws IOException when nobody listens
     */
    public void send(String command) throws IOException {
        SocketChannel open;
        synchronized (lock) {
            open = channel;
        }
        if (open == null) {
            throw new IOException(console + ": the console is not connected");
        }
        ByteBuffer bytes = StandardCharsets.UTF_8.encode(command + "\n");
        while (bytes.hasRemaining()) {
            open.write(bytes);
        }
    }

    /** Sends a command and waits for the witness' answer, which starts with {@code answer}. */
    public ConsoleLine ask(String command, String answer, Duration limit) throws IOException, InterruptedException {
        int from;
        synchronized (lock) {
            from = lines.size();
        }
        send(command);
        return await(from, line -> line.text().startsWith(answer), limit)
                .orElseThrow(() -> new IOException(
                        console + ": no answer '" + answer + "' to '" + command + "', but at last: " + last()));
    }

    /** What a guest said before it fell silent tells why it did. */
    private List<String> last() {
        synchronized (lock) {
            return lines.subList(Math.max(0, lines.size() - LINES_TOLD), lines.size()).stream()
                    .map(ConsoleLine::text)
                    .toList();
        }
    }

    /** Waits for a line that starts so, among those that came already too. */
    public Optional<ConsoleLine> awaitLine(String start, Duration limit) throws InterruptedException {
        return await(0, line -> line.text().startsWith(start), limit);
    }

    /** Waits until the witness has sent this heartbeat or a later one; false when it did not, or QEMU ended. */
    public boolean awaitHeartbeat(long number, Duration limit) throws InterruptedException {
        Predicate<ConsoleLine> reached = line -> Heartbeat.parse(line.text())
                .filter(beat -> beat.number() >= number)
                .isPresent();
        return await(0, reached, limit).isPresent();
    }

    /** Waits until QEMU closed the socket. */
    public boolean awaitEnd(Duration limit) throws InterruptedException {
        await(Integer.MAX_VALUE, line -> false, limit);
        return ended();
    }

    /** Ends the recording; what was recorded stays. */
    @Override
    public void close() {
        synchronized (lock) {
            closed = true;
            lock.notifyAll();
            closeQuietly(channel);
        }
    }

    private Optional<ConsoleLine> await(int from, Predicate<ConsoleLine> wanted, Duration limit)
            throws InterruptedException {
        long end = clock.elapsed().plus(limit).toNanos();
        synchronized (lock) {
            int next = from;
            while (true) {
                for (; next < lines.size(); next++) {
                    if (wanted.test(lines.get(next))) {
                        return Optional.of(lines.get(next));
                    }
                }
                long leftMillis = (end - clock.elapsed().toNanos()) / 1_000_000;
                if (ended || closed || leftMillis <= 0) {
                    return Optional.empty();
                }
                lock.wait(leftMillis);
            }
        }
    }

    private void record() {
        try {
            do {
                recordOne();
            } while (silent());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            synchronized (lock) {
                ended = true;
                lock.notifyAll();
            }
        }
    }

    private void recordOne() throws InterruptedException {
        try (SocketChannel open = connect()) {
            read(open);
        } catch (IOException e) {
            synchronized (lock) {
                if (!closed) {
                    LOG.info("{}: the console ended: {}", console, e.toString());
                }
            }
        }
    }

    /** An incoming VM that was thrown away said nothing: the next one at this socket is the guest. */
    private boolean silent() {
        synchronized (lock) {
            return !closed && lines.isEmpty() && begun.isEmpty();
        }
    }

    private SocketChannel connect() throws IOException, InterruptedException {
        var address = UnixDomainSocketAddress.of(socket);
        while (true) {
            SocketChannel fresh = SocketChannel.open(StandardProtocolFamily.UNIX);
            try {
                fresh.connect(address);
                adopt(fresh);
                return fresh;
            } catch (IOException e) {
                closeQuietly(fresh);
                synchronized (lock) {
                    if (closed) {
                        throw e;
                    }
                }
                clock.sleep(RETRY); // QEMU has not made the socket yet
            }
        }
    }

    private void adopt(SocketChannel fresh) throws IOException {
        synchronized (lock) {
            if (closed) {
                throw new IOException("closed before QEMU was there");
            }
            channel = fresh;
            lock.notifyAll();
        }
    }

    private void read(SocketChannel open) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(8192);
        while (open.read(buffer) >= 0) {
            long atNanos = clock.elapsed().toNanos();
            buffer.flip();
            take(StandardCharsets.ISO_8859_1.decode(buffer), atNanos);
            buffer.clear();
        }
    }

    private void take(CharSequence text, long atNanos) throws IOException {
        synchronized (lock) {
            for (int i = 0; i < text.length(); i++) {
                takeCharacter(text.charAt(i), atNanos);
            }
            lock.notifyAll();
        }
    }

    @GuardedBy("lock")
    private void takeCharacter(char character, long atNanos) throws IOException {
        if (character == '\r') {
            return; // the kernel's own lines end with it
        }
        if (character != '\n' && begun.length() < LINE_CHARACTERS_MAX) {
            begun.append(character);
            begunAtNanos = atNanos;
            return;
        }
        if (lines.size() >= LINES_MAX) {
            throw new IOException("more than " + LINES_MAX + " lines");
        }
        var line = new ConsoleLine(atNanos, begun.toString());
        lines.add(line);
        Heartbeat.parse(line.text()).ifPresent(heartbeat -> lastHeartbeat = heartbeat);
        begun.setLength(0);
    }

    private static void closeQuietly(@Nullable SocketChannel open) {
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                LOG.debug("console socket", e);
            }
        }
    }
}
