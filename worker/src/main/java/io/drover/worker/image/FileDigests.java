package io.drover.worker.image;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** SHA-256 digests of files that seldom change, each taken once as long as size and time of change are the same. */
final class FileDigests {
    private static final int BUFFER_BYTES = 1 << 20;

    private final Map<Path, Known> known = new ConcurrentHashMap<>();

    private record Known(FileTime changed, FileDigest digest) {
        boolean isOf(BasicFileAttributes file) {
            return digest.bytes() == file.size() && changed.equals(file.lastModifiedTime());
        }
    }

    FileDigest of(Path path) throws IOException {
        var file = Files.readAttributes(path, BasicFileAttributes.class);
        Known before = known.get(path);
        if (before != null && before.isOf(file)) {
            return before.digest();
        }
        var digest = new FileDigest(file.size(), take(path));
        var after = Files.readAttributes(path, BasicFileAttributes.class);
        var taken = new Known(file.lastModifiedTime(), digest);
        if (!taken.isOf(after)) {
            throw new IOException(path.getFileName() + " changes while its digest is taken: a base must not");
        }
        known.put(path, taken);
        return digest;
    }

    private static String take(Path path) throws IOException {
        MessageDigest sha = sha256();
        ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            while (channel.read(buffer.clear()) >= 0) {
                sha.update(buffer.flip());
            }
        }
        return HexFormat.of().formatHex(sha.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
