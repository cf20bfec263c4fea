package io.drover.testbed.guest;

import io.drover.messages.DirectBoot;
import io.drover.messages.DiskDefinition;
import io.drover.messages.DiskId;
import io.drover.messages.DiskRole;
import io.drover.messages.NetworkCards;
import io.drover.messages.VmDefinition;
import io.drover.messages.VmId;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * Guests with a witness: their definitions and their disk images. The guest finds its disks by serial number, which
 * must be the disk's id.
 */
public final class Guests {
    public static final DiskId DATA = new DiskId("data");
    public static final DiskId SWAP = new DiskId("swap");

    /** One that an emulated processor has on every version of QEMU, without anything that forbids to migrate. */
    private static final String CPU_MODEL = "qemu64";

    private static final Pattern MACHINE_TYPE = Pattern.compile("^pc-q35-(\\d+)\\.(\\d+)\\s", Pattern.MULTILINE);
    private static final Duration LIMIT = Duration.ofMinutes(1);
    /**
     * An emulated processor needs no mitigations, and they cost it dear. On a busy host the timer's interrupt is late
     * and the kernel would take the timer for broken and stop. An oops must not be survived: it is a finding.
     */
    private static final String KERNEL = "console=ttyS0 quiet no_timer_check mitigations=off oops=panic";

    private final DirectBoot boot;
    private final String machineType;
    private final DiskImages images;
    private final Path bootFolder;

    private Guests(DirectBoot boot, String machineType, DiskImages images, Path bootFolder) {
        this.bootFolder = bootFolder;
        this.boot = boot;
        this.machineType = machineType;
        this.images = images;
    }

    /**
     * Gets the kernel, compiles the witness and asks QEMU for its newest machine type; from the cache within
     * milliseconds, otherwise within a minute.
     *
     * @throws MissingToolException names the Debian package to install
     */
    public static Guests prepare(Checkout checkout) throws IOException, InterruptedException {
        GuestKernel kernel = GuestKernel.fetch(checkout);
        Path initramfs = Initramfs.build(checkout, kernel);
        var boot = new DirectBoot(kernel.image().toString(), initramfs.toString(), KERNEL);
        return new Guests(boot, newestMachineType(), new DiskImages(checkout), checkout.cache());
    }

    /** What a worker's {@code boot.folder} must be for these VMs. */
    public Path bootFolder() {
        return bootFolder;
    }

    /** A VM of one virtual processor, one network card, a data disk and a swap disk. */
    public VmDefinition define(VmId id, String name, GuestSize size, WitnessLoad load) {
        return define(id, name, size, load, StreamLoad.NONE);
    }

    /** The same with writes in an open loop. */
    public VmDefinition define(VmId id, String name, GuestSize size, WitnessLoad load, StreamLoad stream) {
        // A page that was read back keeps its slot for a while: memory and swap do not add up.
        if (load.heldMib() > size.swapMib() * 4 / 5) {
            throw new IllegalArgumentException(
                    "held: " + load.heldMib() + " MiB do not fit into four fifths of the swap");
        }
        String commandLine = "%s witness.data=%s witness.swap=%s %s%s"
                .formatted(boot.commandLine(), DATA, SWAP, load.commandLine(), stream.commandLine());
        var disks = List.of(
                new DiskDefinition(DATA, DiskRole.DATA, name + "-data.raw"),
                new DiskDefinition(SWAP, DiskRole.SWAP, name + "-swap.raw"));
        var guestBoot = new DirectBoot(boot.kernel(), boot.initrd(), commandLine);
        return new VmDefinition(
                id, name, 1, size.memoryBytes(), machineType, CPU_MODEL, NetworkCards.plain(1), guestBoot, disks);
    }

    /**
     * Creates the images of a VM that {@link #define} made, inside the folder its host keeps images in.
     *
     * @return the manifest of the data disk
     */
    public Manifest createImages(VmDefinition vm, GuestSize size, Path imagesFolder)
            throws IOException, InterruptedException {
        images.createSwap(imageOf(vm, SWAP, imagesFolder), size);
        return images.createData(imageOf(vm, DATA, imagesFolder), size);
    }

    /** Creates the images of a VM with this content on its data disk. */
    public Manifest createImages(VmDefinition vm, GuestSize size, DataContent content, Path imagesFolder)
            throws IOException, InterruptedException {
        images.createSwap(imageOf(vm, SWAP, imagesFolder), size);
        return images.createData(imageOf(vm, DATA, imagesFolder), size, content);
    }

    /** Where a disk's image stands inside a host's images folder. */
    public static Path imageOf(VmDefinition vm, DiskId disk, Path imagesFolder) {
        return vm.disks().stream()
                .filter(candidate -> candidate.id().equals(disk))
                .findFirst()
                .map(candidate -> imagesFolder.resolve(candidate.image()))
                .orElseThrow(() -> new IllegalArgumentException(vm.name() + " has no disk " + disk));
    }

    /** Versioned, because an alias means something else on another host. */
    static String newestMachineType() throws IOException, InterruptedException {
        String offered = Tool.QEMU.run(LIMIT, "-machine", "help");
        return MACHINE_TYPE
                .matcher(offered)
                .results()
                .max(Comparator.comparingInt((MatchResult type) -> Integer.parseInt(type.group(1)))
                        .thenComparingInt(type -> Integer.parseInt(type.group(2))))
                .map(type -> type.group().strip())
                .orElseThrow(() -> new IOException("this QEMU offers no machine type pc-q35-*"));
    }
}
