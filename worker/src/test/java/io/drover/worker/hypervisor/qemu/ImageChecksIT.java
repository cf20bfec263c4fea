package io.drover.worker.hypervisor.qemu;

import static io.drover.worker.hypervisor.qemu.QemuLab.DATA;
import static io.drover.worker.hypervisor.qemu.QemuLab.DATA_BYTES;
import static io.drover.worker.hypervisor.qemu.QemuLab.IDLE;
import static io.drover.worker.hypervisor.qemu.QemuLab.SWAP_BYTES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.messages.BackingImage;
import io.drover.messages.DiskDefinition;
import io.drover.messages.DiskRole;
import io.drover.messages.ImageFormat;
import io.drover.messages.ImageName;
import io.drover.messages.NetworkCards;
import io.drover.messages.VmDefinition;
import io.drover.messages.VmId;
import io.drover.worker.hypervisor.VmInstance;
import io.drover.worker.hypervisor.qemu.process.VmFolder;
import io.drover.worker.image.ImageFile;
import io.drover.worker.image.InvalidImageException;
import io.drover.worker.image.TestImageStores;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Images made by {@code qemu-img} that are not what was declared: refused in the same words at the start and at a move. */
@Tag("attack")
final class ImageChecksIT {
    @TempDir
    private Path folder;

    private QemuLab lab;
    private Path images;

    @BeforeEach
    void begin() throws Exception {
        lab = new QemuLab(folder);
        images = lab.images("a");
        bash("truncate -s 1M base.raw; printf PAYROLL | dd of=base.raw conv=notrunc status=none");
        bash("qemu-img create -q -f qcow2 -b base.raw -F raw over.qcow2");
    }

    @AfterEach
    void end() throws Exception {
        lab.close();
    }

    private void bash(String script) throws IOException, InterruptedException {
        Process process = new ProcessBuilder("bash", "-ec", script)
                .directory(images.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(output).isZero();
    }

    private static DiskDefinition disk(String image, @Nullable ImageFormat format, @Nullable String base) {
        var backing = base == null
                ? null
                : new BackingImage(new ImageName(base), base.endsWith(".qcow2") ? ImageFormat.QCOW2 : null);
        return new DiskDefinition(DATA, DiskRole.DATA, image, format, backing);
    }

    private static VmDefinition vm(DiskDefinition disk) {
        var id = new VmId(UUID.randomUUID());
        return new VmDefinition(
                id, "odd", 1, 32L << 20, "pc-q35-7.2", "qemu64", NetworkCards.plain(0), null, List.of(disk));
    }

    private void assertRefusedEverywhere(DiskDefinition disk, String words) {
        assertThatThrownBy(() -> TestImageStores.of(images).requireMovable(ImageFile.of(disk)))
                .isInstanceOf(InvalidImageException.class)
                .hasMessageContaining(words);
        assertRefusedAtStart(disk, words);
    }

    private void assertRefusedAtStart(DiskDefinition disk, String words) {
        assertThatThrownBy(() -> lab.source.start(vm(disk)).close())
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("disk data: ")
                .hasMessageContaining(words);
    }

    @ParameterizedTest(name = "F2, F24: {0}: {2}")
    @DisplayName("F2: an image that is not what was declared is refused at the start in the words of the move")
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
        mv over.qcow2 x.qcow2 | - | has the backing file base.raw, declared is none
        mv over.qcow2 x.qcow2 | other.raw | has the backing file base.raw, declared is other.raw
        cp base.raw x.qcow2 | - | is not a qcow2 image
        qemu-img create -q -f qcow2 x.qcow2 1M | base.raw | has no backing file, declared is base.raw
        qemu-img create -q -f qcow2 -b over.qcow2 -F qcow2 x.qcow2 | over.qcow2 | over.qcow2 has a backing file of its own
        qemu-img create -q -f qcow2 -o compat=0.10 x.qcow2 1M | - | is qcow2 of version 2
        qemu-img create -q -f qcow2 -o data_file=ext x.qcow2 1M | - | keeps its content in another file
        qemu-img create -q -f qcow2 x.qcow2 1M; dd if=two of=x.qcow2 bs=1 seek=35 conv=notrunc status=none | - | is encrypted
        qemu-img create -q -f qcow2 x.qcow2 1M; dd if=two of=x.qcow2 bs=1 seek=79 conv=notrunc status=none | - | is marked corrupt
        qemu-img create -q -f qcow2 x.qcow2 0 | - | is empty
        qemu-img create -q -f qcow2 x.qcow2 1M; chmod 444 x.qcow2 | - | is read-only
        mkdir x.qcow2 | - | is neither a file nor a block device
        ln -s nothing x.qcow2 | - | is a link to nothing
        true | - | image x.qcow2 does not exist
        """)
    void notWhatWasDeclared(String make, @Nullable String base, String words) throws Exception {
        bash("truncate -s 1M other.raw; printf '\\002' >two; " + make);
        assertRefusedEverywhere(disk("x.qcow2", ImageFormat.QCOW2, base), words);
    }

    @Test
    @DisplayName("F24: a raw image that is empty or read-only is refused at the start")
    void rawImages() throws Exception {
        bash("truncate -s 0 zero.raw; chmod 444 base.raw");
        assertRefusedEverywhere(disk("zero.raw", null, null), "image zero.raw is empty");
        assertRefusedEverywhere(disk("base.raw", null, null), "image base.raw is read-only");
        assertRefusedEverywhere(disk("none.raw", null, null), "image none.raw does not exist");
        String own = "base.raw.incoming-11111111-1111-1111-1111-111111111111";
        bash("cp base.raw " + own);
        assertRefusedEverywhere(disk(own, null, null), "has a name that Drover gives to files of its own");
    }

    @Test
    @DisplayName("K10: a base of another format than the image's header says is refused")
    void aBaseOfAnotherFormat() throws Exception {
        bash("qemu-img create -q -f qcow2 base.qcow2 1M; cp base.qcow2 plain; qemu-img create -q -f qcow2 -b plain"
                + " -F qcow2 x.qcow2");
        assertRefusedEverywhere(
                disk("x.qcow2", ImageFormat.QCOW2, "plain"), "says that its backing file is qcow2, declared is raw");
    }

    @Test
    @DisplayName("K10: a qcow2 image declared raw is refused at a VM's first start, and at no later one")
    void aQcow2ImageDeclaredRaw() throws Exception {
        bash("qemu-img create -q -f qcow2 typo.img 1M");
        VmDefinition declaredRaw = vm(disk("typo.img", null, null));
        assertThatThrownBy(() -> lab.source.start(declaredRaw).close())
                .hasMessageContaining("image typo.img begins as a qcow2 image, declared is raw");
        // A guest may write what it likes to its disk, and must not keep its VM from being started or moved by
        // that.
        Files.createDirectories(VmFolder.of(lab.run("a"), declaredRaw.id()).path());
        try (VmInstance vm = lab.source.start(declaredRaw)) {
            vm.quit();
        }
        assertThat(TestImageStores.of(images).requireMovable(ImageFile.raw("typo.img")))
                .isPositive();
    }

    @Test
    @DisplayName("K10: an image that another VM has is refused at the start by name")
    void anImageInUse() throws Exception {
        VmDefinition first = lab.guest(IDLE, DATA_BYTES, SWAP_BYTES);
        try (VmInstance vm = lab.source.start(first)) {
            assertRefusedAtStart(disk("data.raw", null, null), "image data.raw is in use by another VM or program");
            bash("qemu-img create -q -f qcow2 -b data.raw -F raw -u onused.qcow2 1M");
            assertRefusedAtStart(
                    disk("onused.qcow2", ImageFormat.QCOW2, "data.raw"), "base: data.raw is being written by another");
            vm.quit();
        }
    }

    @ParameterizedTest(name = "F5: {1}")
    @DisplayName("F5: what a move would not keep of an image is refused at the move, and not at the start")
    @CsvSource(delimiter = '|', textBlock = """
        qemu-img create -q -f qcow2 x.qcow2 1M; qemu-img snapshot -c before-upgrade x.qcow2 | holds internal snapshots, which a move would not keep: delete them (qemu-img snapshot -d before-upgrade)
        qemu-img create -q -f qcow2 x.qcow2 1M; qemu-img bitmap --add x.qcow2 b | holds 1 persistent bitmaps
        qemu-img create -q -f qcow2 -o cluster_size=128k x.qcow2 1M | has clusters of 2^17 bytes
        qemu-img create -q -f qcow2 -o extended_l2=on,cluster_size=64k x.qcow2 1M | has extended L2 entries
        qemu-img create -q -f qcow2 -o compression_type=zstd x.qcow2 1M | has a compression type of its own
        qemu-img create -q -f qcow2 -o refcount_bits=8 x.qcow2 1M | has reference counts of 8 bits
        qemu-img create -q -f qcow2 -o lazy_refcounts=on x.qcow2 1M | has lazy reference counts
        """)
    void whatAMoveWouldNotKeep(String make, String words) throws Exception {
        bash(make);
        DiskDefinition disk = disk("x.qcow2", ImageFormat.QCOW2, null);
        var store = TestImageStores.of(images);
        assertThatThrownBy(() -> store.requireMovable(ImageFile.of(disk)))
                .isInstanceOf(InvalidImageException.class)
                .hasMessageContaining(words);
        assertThat(store.diskSize(ImageFile.of(disk))).isEqualTo(1 << 20);
    }

    @Test
    @DisplayName("F5: a snapshot taken under a running VM is seen, and its removal too")
    void aSnapshotOfARunningVm() throws Exception {
        bash("qemu-img create -q -f qcow2 x.qcow2 1M");
        VmDefinition guest = vm(disk("x.qcow2", ImageFormat.QCOW2, null));
        var store = TestImageStores.of(images);
        try (VmInstance vm = lab.source.start(guest)) {
            assertThat(store.requireMovable(ImageFile.of(guest.disks().getFirst())))
                    .isEqualTo(1 << 20);
            lab.human("a", guest.id(), "savevm here");
            assertThatThrownBy(() ->
                            store.requireMovable(ImageFile.of(guest.disks().getFirst())))
                    .hasMessageContaining("(qemu-img snapshot -d here)");
            lab.human("a", guest.id(), "delvm here");
            assertThat(store.requireMovable(ImageFile.of(guest.disks().getFirst())))
                    .isEqualTo(1 << 20);
            vm.quit();
        }
    }

    @Test
    @DisplayName("K10: a damaged header is refused, whatever it says, and nothing else comes of it")
    void aDamagedHeader() throws Exception {
        bash("qemu-img create -q -f qcow2 -b base.raw -F raw x.qcow2; qemu-img snapshot -c s x.qcow2");
        var random = new Random(7);
        ImageFile image = ImageFile.of(disk("x.qcow2", ImageFormat.QCOW2, "base.raw"));
        var store = TestImageStores.of(images);
        byte[] whole = Files.readAllBytes(images.resolve("x.qcow2"));
        int refused = 0;
        for (int i = 0; i < 300; i++) {
            byte[] damaged = whole.clone();
            damaged[4 + random.nextInt(140)] = (byte) random.nextInt();
            damaged[4 + random.nextInt(140)] = (byte) random.nextInt();
            Files.write(images.resolve("x.qcow2"), damaged);
            try {
                assertThat(store.requireMovable(image)).isPositive();
            } catch (InvalidImageException e) {
                refused++;
            }
        }
        assertThat(refused).isGreaterThan(250);
    }
}
