package io.drover.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.drover.messages.BackingImage;
import io.drover.messages.DiskDefinition;
import io.drover.messages.DiskId;
import io.drover.messages.DiskRole;
import io.drover.messages.HostId;
import io.drover.messages.ImageFormat;
import io.drover.messages.ImageName;
import io.drover.messages.MigrationId;
import io.drover.messages.NetworkCards;
import io.drover.messages.VmDefinition;
import io.drover.messages.VmId;
import io.drover.schema.record.VmRecord;
import io.drover.worker.MatrixCell.Format;
import io.drover.worker.MatrixCell.Power;
import io.drover.worker.MatrixCell.Target;
import io.drover.worker.hypervisor.VmInstance;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A VM of one small disk whose boot sector writes to it for ever, or that is stopped; and the devices it may land
 * on.
 */
final class MatrixVm {
    /** A raw file on both hosts with half of the content of every disk. */
    static final String COMMON = "common.raw";

    private static final String BASE = "matrix-base.raw";
    private static final int BYTES = 4 << 20;

    /** The guest writes to the first track alone. */
    private static final int GUESTS_BYTES = 64 << 10;

    private static final Duration LIMIT = Duration.ofMinutes(2);

    /**
     * Counts in memory and writes the sector with its count to sectors 2 to 62, one at each tick of the clock:
     *
     * <pre>
     *        xor ax, ax; mov es, ax; mov ds, ax; mov cl, 2
     * again: inc word [0x7c80]; mov bx, 0x7c00; mov ax, 0x301; mov ch, 0; mov dx, 0x80; push cx; int 0x13; pop cx
     *        sti; hlt; inc cl; cmp cl, 63; jne again; mov cl, 2; jmp again
     * </pre>
     */
    private static final byte[] WRITE_FOR_EVER =
            HexFormat.of().parseHex("31c08ec08ed8b102ff06807cbb007cb80103b500ba800051cd1359fbf4fec180f93f75e4b102ebe0");

    private final Fleet fleet;
    private final MatrixCell cell;
    private final VmDefinition definition;
    private final Map<HostId, String> devices = new HashMap<>();

    /** Makes the images on this host and defines the VM there. */
    MatrixVm(Fleet fleet, HostId host, MatrixCell cell, int number) throws Exception {
        this.fleet = fleet;
        this.cell = cell;
        boolean raw = cell.format() == Format.RAW;
        var base = cell.format() == Format.QCOW2_OVER_BASE ? new BackingImage(new ImageName(BASE), null) : null;
        var disk = new DiskDefinition(
                new DiskId("data"),
                DiskRole.DATA,
                cell.vm() + number + (raw ? ".raw" : ".qcow2"),
                raw ? null : ImageFormat.QCOW2,
                base);
        this.definition = new VmDefinition(
                new VmId(UUID.randomUUID()),
                cell.vm() + "-" + number,
                1,
                16L << 20,
                "pc-q35-7.2",
                "qemu64",
                NetworkCards.plain(0),
                null,
                List.of(disk));
        makeImages(host);
        fleet.define(definition, host);
        if (cell.power() == Power.RUNNING) {
            fleet.store().wantPower(id(), VmRecord.Power.RUNNING);
        }
    }

    private void makeImages(HostId host) throws Exception {
        Path images = fleet.images(host);
        byte[] disk = content();
        Path plain = images.resolve("plain");
        Files.write(plain, disk);
        switch (cell.format()) {
            case RAW -> Files.move(plain, images.resolve(image()));
            case QCOW2 ->
                run(
                        "qemu-img",
                        "convert",
                        "-O",
                        "qcow2",
                        plain.toString(),
                        images.resolve(image()).toString());
            case QCOW2_OVER_BASE -> {
                Files.move(plain, images.resolve(BASE), StandardCopyOption.REPLACE_EXISTING);
                String top = images.resolve(image()).toString();
                run("qemu-img", "create", "-q", "-f", "qcow2", "-b", BASE, "-F", "raw", top);
                run("qemu-io", "-f", "qcow2", "-c", "write -P 77 1M 300k", "-c", "write -z 3M 128k", top);
            }
        }
        Files.deleteIfExists(plain);
        for (HostId each : List.of(new HostId("host1"), new HostId("host2"))) {
            Path common = fleet.images(each).resolve(COMMON);
            if (!Files.exists(common)) {
                Files.write(common, Arrays.copyOf(content(), BYTES / 2));
            }
        }
    }

    /** A boot sector, half of the rest random, the other half zeros. */
    private static byte[] content() {
        byte[] disk = new byte[BYTES];
        byte[] random = new byte[BYTES / 2];
        new Random(11).nextBytes(random);
        System.arraycopy(random, 0, disk, GUESTS_BYTES, random.length);
        System.arraycopy(WRITE_FOR_EVER, 0, disk, 0, WRITE_FOR_EVER.length);
        disk[510] = 0x55;
        disk[511] = (byte) 0xaa;
        return disk;
    }

    VmId id() {
        return definition.id();
    }

    private String image() {
        return definition.disks().getFirst().image();
    }

    HostId owner() {
        return fleet.store().vm(id()).orElseThrow().owner();
    }

    /** Leaves nothing of this VM on a host but what the cell wants to stand there. */
    void prepareTarget(HostId host, Target target) throws Exception {
        Path images = fleet.images(host);
        Optional<Path> retired = Optional.empty();
        for (String file : files(host)) {
            boolean keep = target == Target.RETIRED_COPY
                    && retired.isEmpty()
                    && file.contains(".retired-")
                    && Files.isRegularFile(images.resolve(file), LinkOption.NOFOLLOW_LINKS);
            if (keep) {
                retired = Optional.of(images.resolve(file));
            } else {
                Files.delete(images.resolve(file));
            }
        }
        switch (target) {
            case NOTHING -> {}
            case RETIRED_COPY -> {
                if (retired.isEmpty()) {
                    leaveCopy(images.resolve(image() + ".retired-" + UUID.randomUUID()));
                }
            }
            case DEVICE -> Files.createSymbolicLink(images.resolve(image()), Path.of(loopDevice(host)));
        }
    }

    /** Something that a VM of these disks could have left long ago. */
    private void leaveCopy(Path copy) throws Exception {
        Path plain = copy.resolveSibling("plain");
        Files.write(plain, content());
        switch (cell.format()) {
            case RAW -> Files.move(plain, copy);
            case QCOW2, QCOW2_OVER_BASE -> {
                boolean over = cell.format() == Format.QCOW2_OVER_BASE && Files.exists(copy.resolveSibling(BASE));
                var command = new ArrayList<>(List.of("qemu-img", "convert", "-O", "qcow2"));
                if (over) {
                    command.addAll(List.of("-B", BASE, "-F", "raw"));
                }
                command.addAll(List.of(plain.toString(), copy.toString()));
                run(command.toArray(String[]::new));
                Files.delete(plain);
            }
        }
    }

    private String loopDevice(HostId host) throws Exception {
        String known = devices.get(host);
        if (known == null) {
            Path backing = Files.createTempFile("drover-matrix", ".loop");
            Files.write(backing, new byte[BYTES]);
            known = run("losetup", "--find", "--show", backing.toString()).strip();
            Files.delete(backing);
            devices.put(host, known);
        }
        return known;
    }

    /** Everything in a host's images folder that bears this VM's image's name. */
    List<String> files(HostId host) throws IOException {
        try (Stream<Path> files = Files.list(fleet.images(host))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.startsWith(image()))
                    .sorted()
                    .toList();
        }
    }

    void assertArrived(HostId source, HostId destination, MigrationId migration) throws Exception {
        String left = image() + ".retired-" + migration;
        assertThat(files(source)).contains(left).noneMatch(MatrixVm::isClaim).doesNotContain(image());
        // The map of a disk that was pulled goes when the destination tidies up, at one of its looks after the end.
        await().atMost(LIMIT)
                .untilAsserted(
                        () -> assertThat(files(destination)).contains(image()).noneMatch(MatrixVm::isClaim));
        byte[] sent = content(fleet.images(source).resolve(left));
        byte[] arrived = content(fleet.images(destination).resolve(image()));
        int from = cell.power() == Power.RUNNING ? GUESTS_BYTES : 0;
        assertThat(Arrays.mismatch(sent, from, sent.length, arrived, from, arrived.length))
                .isEqualTo(-1);
    }

    private static boolean isClaim(String name) {
        return name.contains(".incoming-") || name.contains(".pulling-");
    }

    /** What the disk in an image holds, whoever has it open. */
    private byte[] content(Path image) throws Exception {
        Path plain = image.resolveSibling("plain");
        String format = cell.format() == Format.RAW ? "raw" : "qcow2";
        run("qemu-img", "convert", "-U", "-f", format, "-O", "raw", image.toString(), plain.toString());
        byte[] content = Files.readAllBytes(plain);
        Files.delete(plain);
        return content;
    }

    /** For good, without asking the guest, which does not listen. */
    void endProcess(HostId host) throws Exception {
        fleet.store().wantPower(id(), VmRecord.Power.STOPPED);
        try (VmInstance vm = fleet.hypervisor(host).find(id()).orElseThrow()) {
            vm.quit();
        } catch (IOException e) {
            // The monitor is the worker's; its own end of it is on the way.
            assertThat(fleet.awaitPower(id(), VmRecord.Power.STOPPED, LIMIT)).isTrue();
        }
    }

    /** After the VMs have ended. */
    void close() throws Exception {
        for (String device : devices.values()) {
            run("losetup", "--detach", device);
        }
    }

    private static String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue())
                .as("%s: %s", String.join(" ", command), output)
                .isZero();
        return output;
    }
}
