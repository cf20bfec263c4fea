package io.drover.testbed.libvirt;

import io.drover.messages.time.SystemClock;
import io.drover.messages.time.Wait;
import io.drover.testbed.guest.Checkout;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A host with a libvirt daemon: mount, network and UTS namespaces of its own, with its own {@code /etc/libvirt}, {@code
 * /var/lib/libvirt}, {@code /run/libvirt}, host name and UUID. Files elsewhere are the computer's, under the same names.
 * Needs root. Two of them are two hosts to libvirt.
 *
 * <p>Its QEMU processes are no children of anybody. Everything that lives in the namespaces is killed when this process
 * ends, also when it is killed ({@code private-host}).
 */
public final class PrivateLibvirt implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Duration POLL = Duration.ofMillis(20);
    private static final int OUTPUT_LINES_SHOWN = 20;
    private static final List<String> NAMESPACES =
            List.of("unshare", "--mount", "--net", "--uts", "--propagation", "private");

    private final LibvirtFolder folder;
    private final Process holder;
    private @Nullable Process daemon;

    private PrivateLibvirt(LibvirtFolder folder, Process holder) {
        this.folder = folder;
        this.holder = holder;
    }

    /** Whether this user may make the namespaces; otherwise what needs them has to be left out. */
    public static boolean possible() throws IOException, InterruptedException {
        List<String> nothing = new ArrayList<>(NAMESPACES);
        nothing.add("true");
        return command(nothing).start().waitFor() == 0;
    }

    /**
     * Makes the host and starts its daemon.
     *
     * @param folder for all that it writes; its path has to be short, for sockets are below it
     * @param name of the host
     */
    public static PrivateLibvirt start(Checkout checkout, Path folder, String name)
            throws IOException, InterruptedException {
        LibvirtFolder files = LibvirtFolder.in(checkout, folder);
        List<String> hold = new ArrayList<>(NAMESPACES);
        hold.addAll(List.of(files.hostScript().toString(), files.path().toString(), name));
        var builder = command(hold);
        builder.environment().put("SHARED_CACHE", files.sharedVarCache().toString());
        Process holder = builder.redirectError(files.output("host").toFile()).start();
        var host = new PrivateLibvirt(files, holder);
        try {
            BufferedReader said = holder.inputReader();
            if (!"ready".equals(said.readLine())) {
                throw new IOException("no host for libvirt could be made; it takes root and namespaces:\n"
                        + files.tail("host", OUTPUT_LINES_SHOWN));
            }
            host.startDaemon();
            return host;
        } catch (IOException | InterruptedException e) {
            host.close();
            throw e;
        }
    }

    private static ProcessBuilder command(List<String> command) {
        var builder = new ProcessBuilder(command);
        builder.environment().clear();
        builder.environment().put("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
        builder.environment().put("LANG", "C.UTF-8");
        return builder;
    }

    /** Where the daemon's sockets are, for those outside. */
    public Path runFolder() {
        return folder.path().resolve("run/libvirt");
    }

    /** For {@code <emulator>}: a QEMU whose guests arrive whole, with 8 KiB more memory than libvirt asks for. */
    public Path emulator() {
        return folder.emulator();
    }

    /** What a command is to begin with to run on this host. */
    public List<String> prefix() {
        return List.of("nsenter", "-t", Long.toString(holder.pid()), "-m", "-n", "-u");
    }

    /** Starts the daemon, unless it runs, and waits until it listens. */
    public void startDaemon() throws IOException, InterruptedException {
        if (daemon != null && daemon.isAlive()) {
            return;
        }
        List<String> command = new ArrayList<>(prefix());
        command.add(LibvirtFolder.DAEMON);
        Process started = command(command)
                .redirectErrorStream(true)
                .redirectInput(Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(Redirect.appendTo(folder.output("libvirtd").toFile()))
                .start();
        daemon = started;
        if (!new Wait(new SystemClock(), LIMIT, POLL).until(() -> listens() || !started.isAlive())
                || !started.isAlive()) {
            throw new IOException("libvirtd does not listen:\n" + folder.tail("libvirtd", OUTPUT_LINES_SHOWN));
        }
    }

    /** What a killed daemon left behind does not listen. */
    private boolean listens() throws IOException {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(runFolder().resolve("libvirt-sock")));
            return true;
        } catch (SocketException e) {
            return false;
        }
    }

    /** Ends the daemon as an upgrade does (SIGTERM); its guests go on. */
    public void stopDaemon() throws InterruptedException {
        end(false);
    }

    /** Ends the daemon as a fault does (SIGKILL); its guests go on. */
    public void killDaemon() throws InterruptedException {
        end(true);
    }

    /** Lets the daemon hang (SIGSTOP), until it is killed. */
    public void freezeDaemon() throws IOException, InterruptedException {
        Process running = daemon;
        if (running == null) {
            throw new IllegalStateException("the daemon does not run");
        }
        int result = command(List.of("kill", "-STOP", Long.toString(running.pid())))
                .start()
                .waitFor();
        if (result != 0) {
            throw new IOException("the daemon could not be stopped: " + result);
        }
    }

    private void end(boolean atOnce) throws InterruptedException {
        Process running = daemon;
        if (running == null) {
            return;
        }
        if (atOnce) {
            running.destroyForcibly();
        } else {
            running.destroy();
        }
        running.waitFor();
        daemon = null;
    }

    /** Kills the daemon and all guests. */
    @Override
    public void close() throws IOException {
        holder.outputWriter().close();
        try {
            if (!holder.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                throw new IOException("the host " + folder.path() + " does not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
