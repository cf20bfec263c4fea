package io.drover.worker.image.local;

import io.drover.worker.image.BasePart;
import io.drover.worker.image.InvalidImageException;
import io.drover.worker.image.file.FileDigests;
import io.drover.worker.image.file.LinuxFile;
import io.drover.worker.image.file.LostWrites;
import io.drover.worker.image.file.Modes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Base images on their way here. Each is filled as {@code <image>.receiving-<digest>} and gets its name when all of it
 * is durable and has the digest that was said. A file that stands under the name is never touched.
 */
final class ArrivingBases {
    static final String RECEIVING = ".receiving-";

    private static final Logger LOG = LoggerFactory.getLogger(ArrivingBases.class);
    private static final Pattern NAME = Pattern.compile(".+\\.receiving-[0-9a-f]{64}");

    /** A source that is still sending writes more often. */
    private static final Duration STANDS_STILL = Duration.ofMinutes(10);

    private final FileDigests digests;

    ArrivingBases(FileDigests digests) {
        this.digests = digests;
    }

    /**
     * Takes a part in.
     *
     * @return how much of the file is here, from its beginning; all of it only when it stands under its name
     * @throws InvalidImageException when another file does, or what came is not what was said
     */
    synchronized long take(Path base, BasePart part) throws IOException {
        if (Files.exists(base)) {
            return require(base, part);
        }
        Path arriving = base.resolveSibling(base.getFileName() + RECEIVING + part.sha256());
        if (!part.content().hasRemaining() && !Files.exists(arriving)) {
            return 0;
        }
        if (!Files.exists(arriving)) {
            // Of a name one at a time: what differs cannot come whole under it, and each may take as much room as a
            // disk.
            remove(folderOf(base), base.getFileName() + RECEIVING + "*", STANDS_STILL);
            requireOnly(base);
        }
        long here = write(arriving, part);
        if (here < part.size()) {
            return here;
        }
        if (!digests.of(arriving).sha256().equals(part.sha256())) {
            Files.delete(arriving);
            throw new InvalidImageException("base: image " + part.image() + " did not arrive as it was said to be");
        }
        Modes.makeReadOnly(arriving);
        try {
            // Unlike a rename, a link never replaces what somebody put there meanwhile.
            Files.createLink(base, arriving);
        } catch (FileAlreadyExistsException e) {
            return require(base, part);
        } finally {
            Files.delete(arriving);
        }
        return part.size();
    }

    private static Path folderOf(Path base) {
        return Objects.requireNonNull(base.toAbsolutePath().getParent(), "an image lies in a folder");
    }

    private static void requireOnly(Path base) throws IOException {
        try (DirectoryStream<Path> others =
                Files.newDirectoryStream(folderOf(base), base.getFileName() + RECEIVING + "*")) {
            if (others.iterator().hasNext()) {
                throw new InvalidImageException("base: another file is arriving here under " + base.getFileName());
            }
        }
    }

    /** Removes what never came whole and was not written to for so long: the migration it came for is over. */
    synchronized void removeUnused(Path folder, Duration since) throws IOException {
        remove(folder, "*" + RECEIVING + "*", since);
    }

    private static void remove(Path folder, String pattern, Duration since) throws IOException {
        Instant before = Instant.now().minus(since);
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, pattern)) {
            for (Path file : files) {
                if (NAME.matcher(file.getFileName().toString()).matches()
                        && Files.getLastModifiedTime(file).toInstant().isBefore(before)) {
                    LOG.info("{}: removed, the base never came whole ({} bytes)", file, Files.size(file));
                    Files.delete(file);
                }
            }
        }
    }

    private long require(Path base, BasePart part) throws IOException {
        if (!digests.of(base).sha256().equals(part.sha256())) {
            throw new InvalidImageException(
                    "base: image " + part.image() + " on this host is another one than at the source");
        }
        return part.size();
    }

    private static long write(Path arriving, BasePart part) throws IOException {
        if (!Files.exists(arriving)) {
            Files.createFile(arriving, Modes.OWNERS_FILE);
        }
        try (FileChannel file = FileChannel.open(arriving, StandardOpenOption.WRITE)) {
            ByteBuffer content = part.content().duplicate();
            for (long at = part.offset(); content.hasRemaining(); ) {
                at += file.write(content, at);
            }
            if (file.size() >= part.size()) {
                sync(arriving);
            }
            return file.size();
        }
    }

    /** A second sync would answer that all is well (see {@link LostWrites}): what was lost comes anew. */
    private static void sync(Path arriving) throws IOException {
        boolean durable = false;
        try (LinuxFile file = LinuxFile.openReadWrite(arriving)) {
            file.sync();
            durable = true;
        } finally {
            if (!durable) {
                Files.delete(arriving);
            }
        }
    }
}
