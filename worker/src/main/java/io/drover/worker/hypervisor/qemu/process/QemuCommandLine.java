package io.drover.worker.hypervisor.qemu.process;

import io.drover.messages.BackingImage;
import io.drover.messages.DirectBoot;
import io.drover.messages.DiskDefinition;
import io.drover.messages.DiskRole;
import io.drover.messages.ImageFormat;
import io.drover.messages.VmDefinition;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import tools.jackson.databind.json.JsonMapper;

/**
 * The arguments for one VM (qemu-system-x86_64(1) of 7.2). A pure function: source and destination must come to the
 * same devices in the same order, else the memory does not load.
 *
 * @param direct whether an image can be opened past the host's page cache
 * @param netdevs backend of each network card that is on a network, by the cards' places; the others lead nowhere
 */
public record QemuCommandLine(
        Path binary,
        Path imagesFolder,
        String accelerator,
        VmFolder folder,
        Predicate<Path> direct,
        Map<Integer, String> netdevs) {
    /** The controller of the disks that are not virtio's. */
    public static final String SCSI_CONTROLLER = "scsi";

    private static final JsonMapper JSON = JsonMapper.builder().build();

    /**
     * Of memory whose size is a multiple of this, QEMU before 9.0 collects the dirty pages by whole words and forgets to have the
     * emulated processor's TLB notice the next write to them: what the guest writes then is lost by a migration (decision 0020).
     */
    private static final long TCG_UNSAFE_MULTIPLE = 64 * 4096;

    /** The least by which QEMU lets memory's size differ. */
    private static final long TCG_MEMORY_STEP = 8192;

    /** The raw node of a disk, which exports, bitmaps and mirrors are about. */
    public static String node(DiskDefinition disk) {
        return disk.id().value();
    }

    /** The device of a disk; HMP's {@code qemu-io -d} reaches it below {@code /machine/peripheral}. */
    public static String device(DiskDefinition disk) {
        return "disk." + disk.id();
    }

    public List<String> cold(VmDefinition definition) {
        return arguments(definition);
    }

    /** A VM that waits to be told where to listen, and does not run by itself afterwards. */
    public List<String> incoming(VmDefinition definition) {
        List<String> arguments = arguments(definition);
        arguments.addAll(List.of("-incoming", "defer", "-S"));
        return arguments;
    }

    private List<String> arguments(VmDefinition definition) {
        List<String> arguments = new ArrayList<>();
        arguments.add(binary.toString());
        addIdentity(arguments, definition);
        addProcessor(arguments, definition);
        addMonitors(arguments);
        addDisks(arguments, definition);
        addNetworkCards(arguments, definition);
        addBoot(arguments, definition);
        return arguments;
    }

    private void addIdentity(List<String> arguments, VmDefinition definition) {
        arguments.addAll(
                List.of("-name", definition.name(), "-uuid", definition.id().toString()));
        arguments.addAll(List.of("-nodefaults", "-no-user-config", "-display", "none"));
        // A guest that powers off keeps its process, so that its disks' accounts and exports stay.
        arguments.add("-no-shutdown");
        // Own session: neither the worker's end nor a Ctrl-C in its terminal reaches the guest.
        arguments.addAll(List.of("-daemonize", "-pidfile", folder.pidFile().toString()));
        // With -D the daemon keeps its standard error, which goes to the same file.
        arguments.addAll(List.of("-D", folder.log().toString(), "-msg", "timestamp=on"));
    }

    private void addProcessor(List<String> arguments, VmDefinition definition) {
        arguments.addAll(List.of("-machine", definition.machine(), "-accel", accelerator));
        arguments.addAll(List.of("-cpu", definition.cpuModel(), "-smp", Integer.toString(definition.vcpus())));
        arguments.addAll(List.of("-m", "size=" + memoryBytes(definition) + "B"));
    }

    private long memoryBytes(VmDefinition definition) {
        long bytes = definition.memoryBytes();
        return accelerator.equals("tcg") && bytes % TCG_UNSAFE_MULTIPLE == 0 ? bytes + TCG_MEMORY_STEP : bytes;
    }

    private void addMonitors(List<String> arguments) {
        for (Path socket : List.of(folder.monitorSocket(), folder.repairSocket())) {
            arguments.addAll(List.of("-qmp", "unix:" + escaped(socket) + ",server=on,wait=off"));
        }
        arguments.addAll(List.of(
                "-chardev",
                "socket,id=console,path=" + escaped(folder.consoleSocket()) + ",server=on,wait=off,logfile="
                        + escaped(folder.consoleLog()) + ",logappend=on"));
        arguments.addAll(List.of("-serial", "chardev:console"));
    }

    private void addDisks(List<String> arguments, VmDefinition definition) {
        List<DiskDefinition> disks = definition.disks();
        if (disks.stream().anyMatch(disk -> disk.role() == DiskRole.SWAP)) {
            arguments.addAll(List.of("-device", "virtio-scsi-pci,id=" + SCSI_CONTROLLER));
        }
        for (int i = 0; i < disks.size(); i++) {
            addBackend(arguments, disks.get(i), i);
            boolean boots = i == 0 && definition.boot() == null;
            arguments.addAll(List.of("-device", frontend(disks.get(i)) + (boots ? ",bootindex=1" : "")));
        }
    }

    private void addBackend(List<String> arguments, DiskDefinition disk, int index) {
        Path image = imagesFolder.resolve(disk.image());
        boolean directly = direct.test(image);
        Map<String, Object> cache = cache(directly);
        Map<String, Object> file = new LinkedHashMap<>();
        file.put("driver", ImageAccess.isDevice(image) ? "host_device" : "file");
        file.put("node-name", fileNode(index));
        file.put("filename", image.toString());
        // Threads work on every file system and in every container; io_uring and native do not.
        file.put("aio", "threads");
        file.put("cache", cache);
        file.put("discard", "unmap");
        arguments.addAll(List.of("-blockdev", JSON.writeValueAsString(file)));
        BackingImage base = disk.base();
        if (base != null) {
            addBase(arguments, base, index);
        }
        Map<String, Object> node = switch (disk.imageFormat()) {
            case RAW -> rawNode(disk, fileNode(index), directly);
            case QCOW2 -> qcow2Node(disk, index, directly);
        };
        arguments.addAll(List.of("-blockdev", JSON.writeValueAsString(node)));
    }

    /** Opened here and not by QEMU itself, which would take the file that the image's header names. */
    private void addBase(List<String> arguments, BackingImage base, int index) {
        Path image = imagesFolder.resolve(base.image().value());
        Map<String, Object> cache = cache(direct.test(image));
        Map<String, Object> file = new LinkedHashMap<>();
        file.put("driver", "file");
        file.put("node-name", baseFileNode(index));
        file.put("filename", image.toString());
        file.put("aio", "threads");
        file.put("cache", cache);
        file.put("read-only", true);
        Map<String, Object> node = new LinkedHashMap<>();
        node.put("driver", base.imageFormat().name().toLowerCase(Locale.ROOT));
        node.put("node-name", baseNode(index));
        node.put("file", baseFileNode(index));
        node.put("cache", cache);
        node.put("read-only", true);
        if (base.imageFormat() == ImageFormat.QCOW2) {
            node.put("backing", null);
        }
        arguments.addAll(List.of("-blockdev", JSON.writeValueAsString(file)));
        arguments.addAll(List.of("-blockdev", JSON.writeValueAsString(node)));
    }

    /** The node of a disk's base, and below it that of the base's file. */
    public static String baseNode(int index) {
        return "base." + index;
    }

    public static String baseFileNode(int index) {
        return "base-file." + index;
    }

    /** The device of a network card. */
    public static String card(int index) {
        return "nic." + index;
    }

    private static Map<String, Object> qcow2Node(DiskDefinition disk, int index, boolean direct) {
        Map<String, Object> node = rawNode(disk, fileNode(index), direct);
        node.put("driver", "qcow2");
        node.put("backing", disk.base() == null ? null : baseNode(index));
        return node;
    }

    /** The node of a disk's image. The dot keeps these names apart from those of disks. */
    public static String fileNode(int index) {
        return "file." + index;
    }

    /**
     * The options of a disk's raw node.
     *
     * @param child name of the node below it
     */
    public static Map<String, Object> rawNode(DiskDefinition disk, String child, boolean direct) {
        Map<String, Object> raw = new LinkedHashMap<>();
        raw.put("driver", "raw");
        raw.put("node-name", node(disk));
        raw.put("file", child);
        raw.put("cache", cache(direct));
        raw.put("discard", "unmap");
        raw.put("detect-zeroes", "unmap");
        return raw;
    }

    /**
     * How a node treats the host's page cache.
     *
     * @param direct whether it goes past it
     */
    public static Map<String, Object> cache(boolean direct) {
        return Map.of("direct", direct, "no-flush", false);
    }

    /** On an error of the host's drive the guest stands still and can go on later, instead of losing its file system. */
    private static String frontend(DiskDefinition disk) {
        String driver = switch (disk.role()) {
            case DATA -> "virtio-blk-pci";
            // Linux discards freed swap slots only on a device that says it does not rotate.
            case SWAP -> "scsi-hd,bus=" + SCSI_CONTROLLER + ".0,rotation_rate=1";
        };
        return driver + ",id=" + device(disk) + ",drive=" + node(disk) + ",serial=" + disk.id()
                + ",werror=stop,rerror=stop";
    }

    /** A card that leads nowhere is on a hub of its own: needs no rights. No backend's state migrates. */
    private void addNetworkCards(List<String> arguments, VmDefinition definition) {
        for (int i = 0; i < definition.networkCards().list().size(); i++) {
            String netdev = netdevs.getOrDefault(i, "hubport,hubid=" + i);
            arguments.addAll(List.of("-netdev", netdev + ",id=net." + i));
            String address = definition.cardAddress(i).value();
            // Without an option ROM, which differs between packages and would have to agree.
            arguments.addAll(List.of(
                    "-device", "virtio-net-pci,id=" + card(i) + ",netdev=net." + i + ",mac=" + address + ",romfile="));
        }
    }

    private static void addBoot(List<String> arguments, VmDefinition definition) {
        DirectBoot boot = definition.boot();
        if (boot != null) {
            arguments.addAll(List.of("-kernel", boot.kernel(), "-initrd", boot.initrd()));
            arguments.addAll(List.of("-append", boot.commandLine()));
        }
    }

    /** In QEMU's option lists a comma is doubled. */
    private static String escaped(Path path) {
        return path.toString().replace(",", ",,");
    }
}
