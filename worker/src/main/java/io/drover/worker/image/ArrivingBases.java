package io.drover.worker.image;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;

/**
 * Base images on their way here. Each is filled as {@code <image>.receiving-<digest>} and gets its name when all of it is
 * durable and has the digest that was said. A file that stands under the name is never touched.
 */
final class ArrivingBases {
    static final String RECEIVING = ".receiving-";

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
        long here = write(arriving, part);
        if (here < part.size()) {
            return here;
        }
        if (!digests.of(arriving).sha256().equals(part.sha256())) {
            Files.delete(arriving);
            throw new InvalidImageException("base: image " + part.image() + " did not arrive as it was said to be");
        }
        Files.setPosixFilePermissions(
                arriving,
                EnumSet.of(
                        PosixFilePermission.OWNER_READ,
                        PosixFilePermission.GROUP_READ,
                        PosixFilePermission.OTHERS_READ));
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

    private long require(Path base, BasePart part) throws IOException {
        if (!digests.of(base).sha256().equals(part.sha256())) {
            throw new InvalidImageException(
                    "base: image " + part.image() + " on this host is another one than at the source");
        }
        return part.size();
    }

    private static long write(Path arriving, BasePart part) throws IOException {
        try (FileChannel file = FileChannel.open(arriving, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            ByteBuffer content = part.content().duplicate();
            for (long at = part.offset(); content.hasRemaining(); ) {
                at += file.write(content, at);
            }
            if (file.size() >= part.size()) {
                file.force(true);
            }
            return file.size();
        }
    }
}
