package io.drover.worker.image.file;

import io.drover.worker.image.FileDigest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/**
 * SHA-256 digests of files that seldom change, each taken once as long as the file is untouched: the same inode, size
 * and times. The time of change is the kernel's own ({@code st_ctime}); {@code touch}, {@code rsync -t} and a backup
 * that is restored set the other one to what it was.
 */
public final class FileDigests {
    private static final int BUFFER_BYTES = 1 << 20;

    /** Times of files move in steps: what was changed this lately may change again under the same time. */
    private static final Duration STEP = Duration.ofSeconds(1);

    private final Map<Path, Known> known = new ConcurrentHashMap<>();

    private record Stamp(Object device, Object inode, Object size, Object written, FileTime changed) {
        static Stamp of(Path path) throws IOException {
            Map<String, Object> file = Files.readAttributes(path, "unix:dev,ino,size,lastModifiedTime,ctime");
            return new Stamp(
                    required(file, "dev"),
                    required(file, "ino"),
                    required(file, "size"),
                    required(file, "lastModifiedTime"),
                    (FileTime) required(file, "ctime"));
        }

        private static Object required(Map<String, Object> file, String attribute) {
            return Objects.requireNonNull(file.get(attribute), attribute);
        }
    }

    private record Known(Stamp stamp, FileDigest digest) {}

    public FileDigest of(Path path) throws IOException {
        Instant begin = Instant.now();
        var before = Stamp.of(path);
        Known earlier = known.get(path);
        if (earlier != null && earlier.stamp().equals(before)) {
            return earlier.digest();
        }
        var digest = new FileDigest((long) before.size(), take(path));
        if (!Stamp.of(path).equals(before)) {
            throw new IOException(path.getFileName() + " changes while its digest is taken: a base must not");
        }
        if (before.changed().toInstant().plus(STEP).isBefore(begin)) {
            known.put(path, new Known(before, digest));
        }
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
