package io.drover.worker.nbd;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.awaitility.Awaitility;

/** An NBD server of somebody else's, running as a child until closed. */
public final class NbdServerProcess implements AutoCloseable {
    private final Process process;
    private final NbdAddress address;

    private NbdServerProcess(NbdAddress address, List<String> command) throws IOException {
        this.address = address;
        this.process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        Awaitility.await("server listening")
                .atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(20))
                .until(this::accepts);
    }

    static NbdServerProcess nbdkit(Path socket, String... arguments) throws IOException {
        var command = new ArrayList<>(List.of("nbdkit", "-f", "-U", socket.toString()));
        command.addAll(List.of(arguments));
        return new NbdServerProcess(new NbdAddress.Unix(socket), command);
    }

    public static NbdServerProcess qemuNbd(Path socket, String... arguments) throws IOException {
        var command = new ArrayList<>(List.of("qemu-nbd", "--persistent", "--shared=8", "-k", socket.toString()));
        command.addAll(List.of(arguments));
        return new NbdServerProcess(new NbdAddress.Unix(socket), command);
    }

    static NbdServerProcess storageDaemon(NbdAddress address, String... arguments) throws IOException {
        var command = new ArrayList<>(List.of("qemu-storage-daemon"));
        command.addAll(List.of(arguments));
        return new NbdServerProcess(address, command);
    }

    public NbdAddress address() {
        return address;
    }

    private boolean accepts() throws IOException {
        if (!process.isAlive()) {
            throw new IllegalStateException("server ended with " + process.exitValue());
        }
        try (SocketChannel channel = SocketChannel.open(address.family())) {
            return channel.connect(address.socketAddress());
        } catch (IOException e) {
            return false;
        }
    }

    public static void run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(String.join(" ", command) + ": " + output);
        }
    }

    void kill() {
        process.destroyForcibly();
    }

    private void stop() {
        process.destroy();
        try {
            process.onExit().get(20, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            process.destroyForcibly();
            throw new IllegalStateException("the server did not end", e);
        }
    }

    @Override
    public void close() {
        stop();
    }
}
