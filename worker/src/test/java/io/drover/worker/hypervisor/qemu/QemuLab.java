package io.drover.worker.hypervisor.qemu;

import io.drover.messages.DiskDefinition;
import io.drover.messages.DiskId;
import io.drover.messages.DiskRole;
import io.drover.messages.HostId;
import io.drover.messages.NetworkCards;
import io.drover.messages.VmDefinition;
import io.drover.messages.VmId;
import io.drover.messages.time.SystemClock;
import io.drover.worker.hypervisor.HypervisorDriver.Site;
import io.drover.worker.hypervisor.SourceVm;
import io.drover.worker.hypervisor.qemu.process.HostNetworks;
import io.drover.worker.hypervisor.qemu.process.QemuConfig;
import io.drover.worker.hypervisor.qemu.process.QemuProcess;
import io.drover.worker.hypervisor.qemu.process.VmFolder;
import io.drover.worker.pki.Encryption;
import io.drover.worker.qmp.QmpClient;
import io.drover.worker.replication.BlockSource;
import io.drover.worker.replication.Extent;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/** Two hosts with real QEMU on this machine, and a guest of one boot sector. Ends every process that it has started. */
public final class QemuLab implements AutoCloseable {
    public static final DiskId DATA = new DiskId("data");
    public static final DiskId SWAP = new DiskId("swap");
    static final Duration LIMIT = Duration.ofSeconds(90);
    public static final long DATA_BYTES = 8 << 20;
    public static final long SWAP_BYTES = 4 << 20;

    /** {@code sti; hlt; jmp back}: waits for interrupts. */
    static final byte[] IDLE = {(byte) 0xfb, (byte) 0xf4, (byte) 0xeb, (byte) 0xfc};
    /** {@code mov dx, 0x604; mov ax, 0x2000; out dx, ax}, then idle: ACPI S5 on a q35 machine. */
    static final byte[] POWER_OFF = {
        (byte) 0xba,
        0x04,
        0x06,
        (byte) 0xb8,
        0x00,
        0x20,
        (byte) 0xef,
        (byte) 0xfb,
        (byte) 0xf4,
        (byte) 0xeb,
        (byte) 0xfc
    };

    /** {@code int 0x13}, function 3: writes its own first 512 bytes to the second sector once, then idles. */
    static final byte[] WRITE_A_SECTOR = {
        0x31,
        (byte) 0xc0,
        (byte) 0x8e,
        (byte) 0xc0,
        (byte) 0xbb,
        0x00,
        0x7c,
        (byte) 0xb8,
        0x01,
        0x03,
        (byte) 0xb9,
        0x02,
        0x00,
        (byte) 0xba,
        (byte) 0x80,
        0x00,
        (byte) 0xcd,
        0x13,
        (byte) 0xfb,
        (byte) 0xf4,
        (byte) 0xeb,
        (byte) 0xfc
    };

    /** Sends a {@code D} to the serial port, then idles. */
    static final byte[] PRINT = {
        (byte) 0xba,
        (byte) 0xf8,
        0x03,
        (byte) 0xb0,
        'D',
        (byte) 0xee,
        (byte) 0xfb,
        (byte) 0xf4,
        (byte) 0xeb,
        (byte) 0xfc
    };

    /**
     * Counts in a word of each of 16 pages from 0x20000 and in a register, and sends an {@code A} to the serial port each time
     * they begin anew; a {@code B}, and then nothing, when a page is not at the register's count:
     *
     * <pre>
     *         mov ax, 0x2000; mov ds, ax; xor ax, ax; xor bx, bx
     * clear:  mov [bx], ax; add bx, 0x1000; jnz clear
     * count:  cmp [bx], ax; jne stale; inc word [bx]; add bx, 0x1000; jnz count
     *         inc ax; jnz count
     *         mov dx, 0x3f8; mov al, 'A'; out dx, al; xor ax, ax; jmp count
     * stale:  mov dx, 0x3f8; mov al, 'B'; out dx, al; hlt; jmp back
     * </pre>
     */
    public static final byte[] COUNT_IN_MEMORY = HexFormat.of()
            .parseHex("b800208ed831c031db890781c3001075f839077515ff0781c3001075f4"
                    + "4075f1baf803b041ee31c0ebe7baf803b042eef4ebfd");

    /**
     * Writes over half a MiB of memory again and again:
     *
     * <pre>
     *         cld; xor bx, bx
     * again:  inc bx; mov dx, 0x1000
     * fill:   mov es, dx; xor di, di; mov cx, 0x8000; mov ax, bx; rep stosw
     *         add dx, 0x1000; cmp dx, 0x9000; jne fill; jmp again
     * </pre>
     */
    static final byte[] REWRITE_MEMORY =
            HexFormat.of().parseHex("fc31db43ba00108ec231ffb9008089d8f3ab81c2001081fa009075ebebe5");

    static final HostId A = new HostId("a");

    private final Path folder;
    private final Function<String, Encryption> encryption;
    public final QemuHypervisor source;
    public final QemuHypervisor destination;

    public QemuLab(Path folder) throws IOException {
        this(folder, _ -> Encryption.off());
    }

    public QemuLab(Path folder, Function<String, Encryption> encryption) throws IOException {
        this.folder = folder;
        this.encryption = encryption;
        Files.createDirectories(images("a"));
        Files.createDirectories(images("b"));
        this.source = hypervisor("a");
        this.destination = hypervisor("b");
    }

    public Path images(String host) {
        return folder.resolve(host).resolve("img");
    }

    Path run(String host) {
        return folder.resolve(host).resolve("run");
    }

    /** A worker of this host, as a process of its own would see it. */
    QemuHypervisor hypervisor(String host) {
        var config = new QemuConfig(
                Path.of("qemu-system-x86_64"),
                run(host),
                images(host),
                "tcg",
                QemuConfig.Limits.defaults(),
                encryption.apply(host),
                Site.MIRROR_WINDOW_BYTES,
                null,
                null,
                HostNetworks.none());
        return new QemuHypervisor(config, new SystemClock());
    }

    /** Starts a guest on host a, from where it is to be moved. */
    public SourceVm startSource(VmDefinition guest) throws IOException, InterruptedException {
        source.start(guest).close();
        return source.findSource(guest.id()).orElseThrow();
    }

    /** A guest that waits for interrupts. */
    public VmDefinition idleGuest(long dataBytes, long swapBytes) throws IOException {
        return guest(IDLE, dataBytes, swapBytes);
    }

    /** A guest with a data disk that it boots from and a swap disk, whose images stand on host a. */
    public VmDefinition guest(byte[] program, long dataBytes, long swapBytes) throws IOException {
        VmDefinition definition = new VmDefinition(
                new VmId(UUID.randomUUID()),
                "guest",
                1,
                32L << 20,
                "pc-q35-7.2",
                "qemu64",
                NetworkCards.plain(1),
                null,
                List.of(
                        new DiskDefinition(DATA, DiskRole.DATA, "data.raw"),
                        new DiskDefinition(SWAP, DiskRole.SWAP, "swap.raw")));
        createImages("a", dataBytes, swapBytes);
        byte[] sector = Arrays.copyOf(program, 512);
        sector[510] = 0x55;
        sector[511] = (byte) 0xaa;
        try (FileChannel channel = FileChannel.open(images("a").resolve("data.raw"), StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(sector), 0);
        }
        return definition;
    }

    public void createImages(String host, long dataBytes, long swapBytes) throws IOException {
        for (var image : Map.of("data.raw", dataBytes, "swap.raw", swapBytes).entrySet()) {
            Path path = images(host).resolve(image.getKey());
            Files.deleteIfExists(path);
            try (var file = new RandomAccessFile(path.toFile(), "rw")) {
                file.setLength(image.getValue());
            }
        }
    }

    /** Writes to a disk as the guest's device would. */
    public void write(String host, VmId vm, DiskId disk, int value, long offset, long length)
            throws IOException, InterruptedException {
        String device = "/machine/peripheral/disk." + disk + (disk.equals(DATA) ? "/virtio-backend" : "");
        String output =
                human(host, vm, "qemu-io -d " + device + " \"write -P " + value + " " + offset + " " + length + "\"");
        if (!output.isBlank()) {
            throw new IOException(output);
        }
    }

    String human(String host, VmId vm, String line) throws IOException, InterruptedException {
        return repair(host, vm, "human-monitor-command", Map.of("command-line", line));
    }

    public String repair(String host, VmId vm, String command, Map<String, ?> arguments)
            throws IOException, InterruptedException {
        Path socket = VmFolder.of(run(host), vm).repairSocket();
        try (QmpClient client = QmpClient.connect(socket, LIMIT)) {
            var answer = client.execute(command, arguments, LIMIT);
            return answer.isString() ? answer.asString() : answer.toString();
        }
    }

    long pid(String host, VmId vm) throws IOException {
        return VmFolder.of(run(host), vm).process().orElseThrow().pid();
    }

    void copy(BlockSource disk, List<Extent> extents, Path target) throws IOException, InterruptedException {
        try (FileChannel channel = FileChannel.open(target, StandardOpenOption.WRITE)) {
            disk.read(extents, 64 << 10, (offset, content) -> {
                while (content.hasRemaining()) {
                    offset += channel.write(content, offset);
                }
            });
            channel.force(false);
        }
    }

    /** Bytes of the image as the guest sees it. */
    public byte[] content(String host, String image, long size) throws IOException {
        return Arrays.copyOf(Files.readAllBytes(images(host).resolve(image)), (int) size);
    }

    public static ConditionFactory await(String what) {
        return Awaitility.await(what)
                .atMost(LIMIT)
                .pollInterval(Duration.ofMillis(20))
                .pollInSameThread();
    }

    @Override
    public void close() throws IOException {
        for (String host : List.of("a", "b")) {
            for (VmId vm : hypervisor(host).alive()) {
                QemuProcess process = VmFolder.of(run(host), vm).process().orElse(null);
                if (process != null) {
                    process.kill();
                    await("end of " + process).until(() -> !process.alive());
                }
            }
        }
    }

    static final SourceVm.MemoryLimits FAST = new SourceVm.MemoryLimits(1000);
}
