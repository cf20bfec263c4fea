package io.drover.testbed.guest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskImagesIT {
    private static final GuestSize SIZE = GuestSize.SMALL;

    private final DiskImages images = new DiskImages(Checkout.find());

    @TempDir
    private Path folder;

    @Test
    void aDataDiskHoldsRealFilesAndIsSparse() throws Exception {
        Path image = folder.resolve("data.raw");
        Manifest manifest = images.createData(image, SIZE);

        ImageCheck check = ImageCheck.of(image, manifest, folder);
        assertThat(check.problems()).isEmpty();
        assertThat(check.files()).isGreaterThan(50);
        assertThat(Files.size(image)).isEqualTo(GuestSize.mib(SIZE.dataMib()));
        assertThat(allocatedBytes(image)).isLessThan(GuestSize.mib(SIZE.filesMib() + 20));
    }

    @Test
    void aSwapDiskIsEmptyAndSigned() throws Exception {
        Path image = folder.resolve("swap.raw");
        images.createSwap(image, SIZE);

        assertThat(Files.size(image)).isEqualTo(GuestSize.mib(SIZE.swapMib()));
        assertThat(new String(read(image, 4086, 10), StandardCharsets.US_ASCII)).isEqualTo("SWAPSPACE2");
        assertThat(allocatedBytes(image)).isLessThan(1 << 20);
    }

    @Test
    void aChangedFileIsFound() throws Exception {
        Path image = folder.resolve("data.raw");
        Manifest manifest = images.createData(image, SIZE);
        // The first byte of a library, of which there are always some.
        overwriteFirst(image, "\u007fELF".getBytes(StandardCharsets.US_ASCII), (byte) 'X');

        assertThat(ImageCheck.of(image, manifest, folder).problems())
                .anyMatch(problem -> problem.endsWith(": content differs"));
    }

    @Test
    void aDamagedFileSystemIsFound() throws Exception {
        Path image = folder.resolve("data.raw");
        Manifest manifest = images.createData(image, SIZE);
        // The first block group's bitmaps and inode table follow the superblock and the descriptors.
        try (var disk = new RandomAccessFile(image.toFile(), "rw")) {
            disk.seek(1 << 20);
            disk.write(new byte[4 << 20]);
        }

        assertThat(ImageCheck.of(image, manifest, folder).problems())
                .anyMatch(problem -> problem.startsWith("e2fsck -fn found errors"));
    }

    private static void overwriteFirst(Path image, byte[] text, byte with) throws IOException {
        byte[] content = Files.readAllBytes(image);
        int at = indexOf(content, text);
        assertThat(at).isPositive();
        try (var disk = new RandomAccessFile(image.toFile(), "rw")) {
            disk.seek(at);
            disk.write(with);
        }
    }

    private static int indexOf(byte[] content, byte[] text) {
        return new String(content, StandardCharsets.ISO_8859_1).indexOf(new String(text, StandardCharsets.ISO_8859_1));
    }

    private static byte[] read(Path file, long at, int length) throws IOException {
        byte[] bytes = new byte[length];
        try (var disk = new RandomAccessFile(file.toFile(), "r")) {
            disk.seek(at);
            disk.readFully(bytes);
        }
        return bytes;
    }

    private static long allocatedBytes(Path file) throws IOException, InterruptedException {
        // The unit of st_blocks: Java does not say how much of a file is allocated.
        List<String> command = List.of("stat", "--format=%b", file.toString());
        return 512
                * Long.parseLong(CommandResult.of(command, Duration.ofMinutes(1))
                        .output()
                        .strip());
    }
}
