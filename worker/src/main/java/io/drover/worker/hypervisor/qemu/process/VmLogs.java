package io.drover.worker.hypervisor.qemu.process;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a guest from filling the host's disk by what it writes to its serial console, or makes QEMU complain of: QEMU knows
 * no bound for its logs. One that has grown past the bound is emptied, its newest half is kept beside it as {@code
 * <log>.old}. QEMU appends ({@code O_APPEND}), so its next line is the first again.
 */
public final class VmLogs {
    private static final Logger LOG = LoggerFactory.getLogger(VmLogs.class);

    private final Path runFolder;
    private final long maxBytes;

    /** @param maxBytes of one log; with what is kept beside it half as much again, and what is written between two looks */
    public VmLogs(Path runFolder, long maxBytes) {
        this.runFolder = runFolder;
        this.maxBytes = maxBytes;
    }

    /** Looks at every VM's logs once; trouble with one does not keep the others from being looked at. */
    public void bound() throws IOException {
        IOException trouble = null;
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(runFolder, Files::isDirectory)) {
            for (Path folder : folders) {
                for (String log : VmFolder.LOGS) {
                    trouble = bound(folder.resolve(log), trouble);
                }
            }
        }
        if (trouble != null) {
            throw trouble;
        }
    }

    private @Nullable IOException bound(Path log, @Nullable IOException before) {
        try {
            if (Files.isRegularFile(log, LinkOption.NOFOLLOW_LINKS) && Files.size(log) > maxBytes) {
                empty(log);
            }
            return before;
        } catch (NoSuchFileException e) {
            return before;
        } catch (IOException e) {
            return before == null ? e : before;
        }
    }

    private void empty(Path log) throws IOException {
        try (FileChannel channel = FileChannel.open(log, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            try {
                keepNewest(channel, log.resolveSibling(log.getFileName() + ".old"));
            } catch (IOException e) {
                // A full disk, for example: then it is all the more to be emptied.
                LOG.warn("the newest of {} is not kept: {}", log, e.toString());
            }
            channel.truncate(0);
        }
    }

    private void keepNewest(FileChannel log, Path old) throws IOException {
        try (FileChannel kept = FileChannel.open(
                old, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            var piece = ByteBuffer.allocate(1 << 16);
            long from = log.size() - maxBytes / 2;
            for (long left = maxBytes / 2; left > 0; ) {
                piece.clear().limit((int) Math.min(piece.capacity(), left));
                int read = log.read(piece, from + maxBytes / 2 - left);
                if (read <= 0) {
                    return;
                }
                left -= read;
                piece.flip();
                while (piece.hasRemaining()) {
                    kept.write(piece);
                }
            }
        }
    }
}
