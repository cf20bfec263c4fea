package io.drover.testbed.guest;

import io.drover.messages.DirectBoot;
import io.drover.messages.DiskId;
import io.drover.messages.VmDefinition;
import io.drover.messages.time.Clock;
import io.drover.testbed.evidence.ConsoleRecorder;
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
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** A guest in a QEMU of its own, with the devices that Drover's driver gives it, and no Drover. */
final class RunningQemu implements AutoCloseable {
    private static final String PROMPT = "(qemu)";

    private final Process process;
    private final Path folder;
    private final ConsoleRecorder console;

    private RunningQemu(Process process, Path folder, ConsoleRecorder console) {
        this.process = process;
        this.folder = folder;
        this.console = console;
    }

    /** Boots it; the images stand in {@code folder}, sockets are made there. */
    static RunningQemu boot(VmDefinition vm, Path folder, Clock clock) throws IOException {
        return start(vm, folder, folder, clock, List.of());
    }

    /** Starts one that waits for a guest to arrive, and uses the same images; sockets are made in {@code folder}. */
    static RunningQemu await(VmDefinition vm, Path images, Path folder, Clock clock) throws IOException {
        return start(vm, images, folder, clock, List.of("-incoming", "unix:" + folder.resolve("incoming.sock")));
    }

    private static RunningQemu start(VmDefinition vm, Path images, Path folder, Clock clock, List<String> incoming)
            throws IOException {
        var command = new ArrayList<>(command(vm, images, folder));
        command.addAll(incoming);
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("qemu.log").toFile())
                .start();
        var name = vm.name() + "@" + folder.getFileName();
        return new RunningQemu(process, folder, ConsoleRecorder.start(name, folder.resolve("console.sock"), clock));
    }

    ConsoleRecorder console() {
        return console;
    }

    Duration cpuTime() {
        return process.info().totalCpuDuration().orElseThrow();
    }

    void pressPowerButton() throws IOException {
        monitor("system_powerdown");
    }

    /** Lets the guest move to one that waits, over shared images. */
    void migrateTo(RunningQemu destination) throws IOException {
        monitor("migrate -d unix:" + destination.folder.resolve("incoming.sock"));
    }

    boolean hasMigrated() throws IOException {
        return monitor("info migrate").contains("Migration status: completed");
    }

    /** What QEMU's monitor for people answers to one command. */
    private String monitor(String command) throws IOException {
        try (SocketChannel monitor = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            monitor.connect(UnixDomainSocketAddress.of(folder.resolve("monitor.sock")));
            monitor.write(StandardCharsets.US_ASCII.encode(command + "\n"));
            // Closing before everything is read would reset the connection and lose the command.
            return readToSecondPrompt(monitor);
        }
    }

    private static String readToSecondPrompt(SocketChannel monitor) throws IOException {
        var said = new StringBuilder();
        ByteBuffer buffer = ByteBuffer.allocate(1024);
        while (said.indexOf(PROMPT) == said.lastIndexOf(PROMPT) && monitor.read(buffer) >= 0) {
            said.append(StandardCharsets.ISO_8859_1.decode(buffer.flip()));
            buffer.clear();
        }
        return said.toString();
    }

    /** Exit code of QEMU, which ends when the guest powers off. */
    int awaitExit(Duration limit) throws InterruptedException {
        if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new AssertionError("the guest did not power off within " + limit);
        }
        return process.exitValue();
    }

    @Override
    public void close() {
        console.close();
        process.destroyForcibly().onExit().join();
    }

    private static List<String> command(VmDefinition vm, Path images, Path folder) throws MissingToolException {
        DirectBoot boot = Objects.requireNonNull(vm.boot());
        var command = new ArrayList<String>();
        command.add(Tool.QEMU.find().toString());
        command.addAll(List.of("-nodefaults", "-display", "none", "-no-reboot", "-accel", "tcg"));
        command.addAll(List.of("-machine", vm.machine(), "-cpu", vm.cpuModel()));
        command.addAll(List.of(
                "-m", vm.memoryBytes() / (1 << 20) + "M", "-uuid", vm.id().toString()));
        command.addAll(List.of("-kernel", boot.kernel(), "-initrd", boot.initrd(), "-append", boot.commandLine()));
        command.addAll(disk(vm, Guests.DATA, images));
        command.addAll(List.of("-device", "virtio-blk-pci,drive=data,serial=data"));
        command.addAll(disk(vm, Guests.SWAP, images));
        command.addAll(List.of("-device", "virtio-scsi-pci"));
        command.addAll(List.of("-device", "scsi-hd,drive=swap,serial=swap,rotation_rate=1"));
        command.addAll(List.of("-netdev", "socket,id=net,udp=127.0.0.1:9,localaddr=127.0.0.1:0"));
        command.addAll(List.of("-device", "virtio-net-pci,netdev=net"));
        command.addAll(
                List.of("-chardev", "socket,id=console,server=on,wait=off,path=" + folder.resolve("console.sock")));
        command.addAll(List.of("-serial", "chardev:console"));
        command.addAll(List.of("-monitor", "unix:" + folder.resolve("monitor.sock") + ",server,nowait"));
        return command;
    }

    private static List<String> disk(VmDefinition vm, DiskId disk, Path folder) {
        Path image = Guests.imageOf(vm, disk, folder);
        return List.of("-drive", "if=none,format=raw,cache=none,discard=unmap,id=" + disk + ",file=" + image);
    }
}
