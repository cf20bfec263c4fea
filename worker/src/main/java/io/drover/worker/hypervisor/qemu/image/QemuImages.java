package io.drover.worker.hypervisor.qemu.image;

import io.drover.messages.BackingImage;
import io.drover.messages.ImageFormat;
import io.drover.worker.image.ImageFile;
import io.drover.worker.image.ImageStore.ImageReader;
import io.drover.worker.image.ImageStore.TargetImage;
import io.drover.worker.image.file.LostWrites;
import io.drover.worker.image.file.Modes;
import io.drover.worker.image.qcow2.Qcow2Header;
import io.drover.worker.image.qcow2.Qcow2Images;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

/** qcow2 images of one folder, made by {@code qemu-img} and served by {@code qemu-nbd}. */
public final class QemuImages implements Qcow2Images {
    private static final Logger LOG = LoggerFactory.getLogger(QemuImages.class);
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final long CLUSTER_BYTES = 64 << 10;
    private static final int TOOL_SECONDS_MAX = 60;

    private final Path folder;
    private final Path sockets;
    private final AtomicLong served = new AtomicLong();

    /**
     * The images of a folder.
     *
     * @param sockets a folder with a short path, in which servers of qcow2 images listen
     */
    public QemuImages(Path folder, Path sockets) {
        this.folder = folder;
        this.sockets = sockets;
    }

    @Override
    public void make(ImageFile image, long size) throws IOException, InterruptedException {
        Path path = folder.resolve(image.name());
        if (Files.exists(path)) {
            requireAsMade(image, size);
            return;
        }
        var command = new ArrayList<>(List.of("qemu-img", "create", "-q", "-f", "qcow2", "-o", "compat=1.1"));
        BackingImage base = image.base();
        if (base != null) {
            command.addAll(List.of("-b", base.image().value(), "-F", name(base.imageFormat())));
        }
        command.addAll(List.of(path.toString(), Long.toString(size)));
        run(command);
        Modes.makeOwners(path);
        try (var file = new RandomAccessFile(path.toFile(), "rw")) {
            // A file of whole blocks can be opened past the page cache from the start.
            file.setLength(Math.ceilDiv(file.length(), CLUSTER_BYTES) * CLUSTER_BYTES);
            file.getFD().sync();
        }
    }

    @Override
    public void requireAsMade(ImageFile image, long size) throws IOException, InterruptedException {
        endServers(folder.resolve(image.name()));
        long has = Qcow2Header.read(folder, image).sizeBytes();
        if (has != size) {
            throw new IOException("image " + image.name() + " is of a disk of " + has + " bytes instead of " + size);
        }
    }

    @Override
    public TargetImage open(ImageFile image, LostWrites syncs) throws IOException, InterruptedException {
        List<String> options =
                List.of("--cache=writeback", "--aio=threads", "--discard=unmap", "--detect-zeroes=unmap");
        return new Qcow2TargetImage(image.name(), QemuNbd.serve(options, node(image), socket()), syncs);
    }

    @Override
    public ImageReader reader(ImageFile image) throws IOException, InterruptedException {
        var _ = Qcow2Header.read(folder, image);
        List<String> options = List.of("--read-only", "--cache=writeback", "--aio=threads");
        return new NbdImageReader(QemuNbd.serve(options, node(image), socket()));
    }

    private Path socket() {
        return sockets.resolve("nbd" + ProcessHandle.current().pid() + "." + served.incrementAndGet());
    }

    /** As a block node, so that only the backing file that was declared is opened, whatever the header says. */
    private String node(ImageFile image) {
        Map<String, Object> node = new LinkedHashMap<>();
        node.put("driver", name(image.format()));
        node.put("file", file(folder.resolve(image.name()), false));
        node.put("backing", backing(image.base()));
        return "json:" + JSON.writeValueAsString(node);
    }

    private @Nullable Map<String, Object> backing(@Nullable BackingImage base) {
        if (base == null) {
            return null;
        }
        Map<String, Object> node = new LinkedHashMap<>();
        node.put("driver", name(base.imageFormat()));
        node.put("read-only", true);
        node.put("file", file(folder.resolve(base.image().value()), true));
        if (base.imageFormat() == ImageFormat.QCOW2) {
            node.put("backing", null);
        }
        return node;
    }

    private static Map<String, Object> file(Path path, boolean readOnly) {
        Map<String, Object> file = new LinkedHashMap<>();
        file.put("driver", "file");
        file.put("filename", path.toString());
        if (readOnly) {
            file.put("read-only", true);
        }
        return file;
    }

    private static String name(ImageFormat format) {
        return format.name().toLowerCase(Locale.ROOT);
    }

    /** A worker that died between starting a server and reaching it left that waiting for it, with the image's lock. */
    private static void endServers(Path image) throws InterruptedException {
        String named = "\"filename\":\"" + image + "\"";
        List<ProcessHandle> left = ProcessHandle.allProcesses()
                .filter(process -> process.info().command().orElse("").endsWith("/qemu-nbd"))
                .filter(process -> Arrays.stream(process.info().arguments().orElse(new String[0]))
                        .anyMatch(argument -> argument.contains(named)))
                .toList();
        for (ProcessHandle server : left) {
            server.destroy();
            try {
                server.onExit().get(TOOL_SECONDS_MAX, TimeUnit.SECONDS);
            } catch (ExecutionException | TimeoutException e) {
                // Then it keeps its lock, and opening the image says so.
                LOG.warn("process {} does not end: {}", server.pid(), e.toString());
            }
        }
    }

    private static void run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            // It says a line or nothing.
            if (!process.waitFor(TOOL_SECONDS_MAX, TimeUnit.SECONDS)) {
                throw new IOException(command.getFirst() + " does not end");
            }
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.exitValue() != 0) {
                throw new IOException(said.strip());
            }
        } finally {
            process.destroyForcibly();
        }
    }
}
