package io.drover.worker.qmp;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Greets and answers like QEMU, events in between, and damages a random message in a random way. Takes one client. */
final class LyingQmpServer implements AutoCloseable {
    private static final Pattern ID = Pattern.compile("\"id\":\"([^\"]*)\"");
    private static final String GREETING = "{\"QMP\":{\"version\":{\"qemu\":{\"micro\":22,\"minor\":2,\"major\":7},"
            + "\"package\":\"\"},\"capabilities\":[\"oob\"]}}\r\n";

    private final Path socket;
    private final ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    private final Random random;
    private final boolean lies;
    private int honest;

    LyingQmpServer(Path socket, long seed, boolean lies) throws IOException {
        this.socket = socket;
        this.random = new Random(seed);
        this.lies = lies;
        this.honest = random.nextInt(8);
        listener.bind(UnixDomainSocketAddress.of(socket));
        Thread.ofVirtual().start(this::serve);
    }

    Path socket() {
        return socket;
    }

    private void serve() {
        try (SocketChannel channel = listener.accept()) {
            var in = new BufferedInputStream(Channels.newInputStream(channel));
            OutputStream out = Channels.newOutputStream(channel);
            send(out, GREETING);
            for (String request = object(in); !request.isEmpty(); request = object(in)) {
                answer(out, request);
            }
        } catch (IOException e) {
            // The client left, which is how all of these end.
        }
    }

    /** Reads one JSON object without braces in its strings. */
    private static String object(InputStream in) throws IOException {
        var text = new StringBuilder();
        int depth = 0;
        do {
            int next = in.read();
            if (next < 0) {
                return "";
            }
            depth += next == '{' ? 1 : next == '}' ? -1 : 0;
            text.append((char) next);
        } while (depth > 0);
        return text.toString();
    }

    private void answer(OutputStream out, String request) throws IOException {
        for (int i = random.nextInt(3); i > 0; i--) {
            send(out, "{\"timestamp\":{\"seconds\":1},\"event\":\"STOP\"}\r\n");
        }
        Matcher id = ID.matcher(request);
        String name = id.find() ? id.group(1) : "none";
        send(out, "{\"return\":{\"answer\":42},\"id\":\"" + name + "\"}\r\n");
    }

    private void send(OutputStream out, String message) throws IOException {
        byte[] bytes = message.getBytes(StandardCharsets.UTF_8);
        if (!lies || honest-- != 0) {
            out.write(bytes);
            return;
        }
        switch (random.nextInt(6)) {
            case 0 -> {
                random.nextBytes(bytes);
                out.write(bytes);
            }
            case 1 -> {
                out.write(bytes, 0, random.nextInt(bytes.length));
                throw new IOException("truncated");
            }
            case 2 -> flood(out, "x");
            case 3 -> flood(out, "{\"event\":\"STOP\"}\n");
            case 4 -> out.write("[".repeat(100_000).concat("\n").getBytes(StandardCharsets.UTF_8));
            default -> {
                bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
                out.write(bytes);
            }
        }
    }

    private static void flood(OutputStream out, String text) throws IOException {
        byte[] bytes = text.repeat(1000).getBytes(StandardCharsets.UTF_8);
        while (true) {
            out.write(bytes);
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
