package io.drover.testbed.guest;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;

/** Builds raw, sparse disk images without root and without a mount. Data disks are built once and then copied. */
public final class DiskImages {
    static final String FILES = "files";
    static final String MANIFEST = "MANIFEST.sha256";
    /** The number counts up whenever what is built changes: an older cache must not be taken for it. */
    private static final String TEMPLATE = "data-v1-";

    private static final Duration LIMIT = Duration.ofMinutes(5);

    private final Checkout checkout;

    public DiskImages(Checkout checkout) {
        this.checkout = checkout;
    }

    /**
     * Creates a data disk: ext4 with {@code files/} and {@code MANIFEST.sha256} inside.
     *
     * @return the same manifest, from beside the image in the cache
     */
    public Manifest createData(Path target, GuestSize size) throws IOException, InterruptedException {
        return createData(target, size, DataContent.PLAIN);
    }

    /** The same with another content. */
    public Manifest createData(Path target, GuestSize size, DataContent content)
            throws IOException, InterruptedException {
        Path template = template(size, content);
        Tool.CP.run(LIMIT, "--sparse=always", "--reflink=auto", template, target);
        return Manifest.read(manifestOf(template));
    }

    /** Creates a swap disk, ready for {@code swapon}. */
    public void createSwap(Path target, GuestSize size) throws IOException, InterruptedException {
        createSparse(target, GuestSize.mib(size.swapMib()));
        Tool.MKSWAP.run(LIMIT, "--label", "drover-swap", target);
    }

    /** The image that data disks of this size are copied from; it takes half a minute to build the demo's. */
    private Path template(GuestSize size, DataContent content) throws IOException, InterruptedException {
        Path folder = checkout.cacheFolder("disk");
        Path image = folder.resolve(
                TEMPLATE + size.dataMib() + "m-files-" + size.filesMib() + "m" + content.suffix() + ".raw");
        // The image is moved into place last, so an image in the cache always has its manifest.
        if (!Files.exists(image)) {
            try (var work = WorkFolder.in(folder)) {
                buildData(work, size, content);
                work.publish("root/" + MANIFEST, manifestOf(image));
                work.publish("image", image);
            }
        }
        return image;
    }

    private static Path manifestOf(Path image) {
        return image.resolveSibling(image.getFileName() + ".sha256");
    }

    private void buildData(WorkFolder work, GuestSize size, DataContent content)
            throws IOException, InterruptedException {
        Path root = Files.createDirectories(work.resolve("root"));
        switch (content.kind()) {
            case FILES ->
                RealFiles.copy(GuestKernel.fetch(checkout), root.resolve(FILES), GuestSize.mib(size.filesMib()));
            case RANDOM -> new RandomFiles().writeFolder(root.resolve(FILES), size.filesMib());
        }
        Manifest.of(root, root.resolve(FILES)).write(root.resolve(MANIFEST));
        if (content.spanMib() > 0) {
            new RandomFiles().writeFile(root.resolve("witness/stream"), content.spanMib());
        }
        createSparse(work.resolve("image"), GuestSize.mib(size.dataMib()));
        // Not lazily: the guest's kernel would go on initializing in the background, which is no load of the witness.
        String notLazy = "lazy_itable_init=0,lazy_journal_init=0";
        Tool.MKFS_EXT4.run(
                LIMIT,
                "-q",
                "-F",
                "-b",
                "4096",
                "-m",
                "0",
                "-L",
                "drover-data",
                "-E",
                notLazy,
                "-d",
                root,
                work.resolve("image"));
    }

    private static void createSparse(Path file, long bytes) throws IOException {
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try (var image = new RandomAccessFile(file.toFile(), "rw")) {
            image.setLength(bytes);
        }
    }
}
