package io.drover.testbed.rabbit;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A node of the system's package, started without its wrapper: the wrapper becomes the user rabbitmq and uses the
 * machine's own folders. Works as root and as any other user. The epmd is a child of ours as well.
 */
final class PrivateRabbit implements TestRabbit {
    private static final int STARTS_MAX = 3;
    private static final int STOP_TIMEOUT_S = 30;
    private static final int CONTROL_TIMEOUT_S = 120;
    private static final int OUTPUT_LINES_SHOWN = 20;

    private final RabbitFolder folder;
    private final PrivatePorts ports;
    private final Process epmd;
    private final Thread atExit;
    private @Nullable Process node;

    private PrivateRabbit(RabbitFolder folder, PrivatePorts ports) throws IOException {
        this.folder = folder;
        this.ports = ports;
        // Bound to loopback; -daemon is left out, so it stays our child and ends when we say so.
        this.epmd = folder.start(ports, "epmd", List.of("epmd", "-port", Integer.toString(ports.epmd())));
        // An interrupted demo or test run leaves nothing behind either.
        this.atExit = new Thread(this::kill, "stop RabbitMQ");
        Runtime.getRuntime().addShutdownHook(atExit);
    }

    static PrivateRabbit startNew(Path path, Definitions definitions, @Nullable RabbitTls tls)
            throws IOException, InterruptedException {
        RabbitFolder folder = RabbitFolder.in(path, definitions, tls);
        List<String> failures = new ArrayList<>();
        // Between choosing a port and binding it another program may take it.
        while (failures.size() < STARTS_MAX) {
            var rabbit = new PrivateRabbit(folder, PrivatePorts.choose(new SecureRandom()));
            try {
                rabbit.startNode();
                return rabbit;
            } catch (IOException e) {
                rabbit.close();
                failures.add(String.valueOf(e.getMessage()));
            }
        }
        throw new IOException("RabbitMQ did not start: " + String.join("\n", failures));
    }

    @Override
    public String host() {
        return "127.0.0.1";
    }

    @Override
    public int port() {
        return ports.amqp();
    }

    @Override
    public int tlsPort() {
        if (folder.tls() == null) {
            throw new IllegalStateException("the node has no certificate");
        }
        return ports.amqps();
    }

    @Override
    public void startNode() throws IOException, InterruptedException {
        if (node != null) {
            return;
        }
        Process started = folder.start(ports, "node", List.of(RabbitFolder.SERVER.toString()));
        node = started;
        if (!Readiness.await(host(), port(), () -> !started.isAlive())) {
            String fate = started.isAlive() ? "does not answer" : "ended with " + started.exitValue();
            throw new IOException("RabbitMQ " + fate + ":\n" + folder.tail("node", OUTPUT_LINES_SHOWN));
        }
    }

    @Override
    public void stopNode() throws IOException {
        Process running = node;
        node = null;
        if (running != null) {
            stop(running);
        }
    }

    @Override
    public void control(String... arguments) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of(RabbitFolder.CONTROL.toString()));
        command.addAll(List.of(arguments));
        Process process = folder.start(ports, "control", command);
        if (!process.waitFor(CONTROL_TIMEOUT_S, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IOException(String.join(" ", arguments) + " does not end");
        }
        if (process.exitValue() != 0) {
            throw new IOException(String.join(" ", arguments) + ":\n" + folder.tail("control", OUTPUT_LINES_SHOWN));
        }
    }

    private static void stop(Process process) throws IOException {
        List<ProcessHandle> children = process.descendants().toList();
        process.destroy();
        try {
            if (!process.waitFor(STOP_TIMEOUT_S, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor(STOP_TIMEOUT_S, TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        // They end with their node; one that does not is ours to stop all the same.
        children.forEach(ProcessHandle::destroyForcibly);
        if (process.isAlive()) {
            throw new IOException("process " + process.pid() + " does not end");
        }
    }

    private void kill() {
        Process running = node;
        if (running != null) {
            running.descendants().forEach(ProcessHandle::destroyForcibly);
            running.destroyForcibly();
        }
        epmd.destroyForcibly();
    }

    @Override
    public void close() throws IOException {
        try {
            stopNode();
        } finally {
            stop(epmd);
            forgetExitHook();
        }
    }

    private void forgetExitHook() {
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException e) {
            // The program is ending already, and the hook does no harm twice.
        }
    }
}
