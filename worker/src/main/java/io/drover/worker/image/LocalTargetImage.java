package io.drover.worker.image;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * A raw image being filled. Its {@link QemuImageLock} makes {@code cont} of the incoming machine fail until the image is
 * closed.
 */
final class LocalTargetImage implements ImageStore.TargetImage {
    private static final int ZEROS_BYTES = 1 << 20;

    private final Path path;
    private final long size;
    private final LinuxFile file;
    private final FileChannel channel;
    private final Object syncLock = new Object();
    private @Nullable IOException lostWrites;

    private LocalTargetImage(Path path, long size, LinuxFile file, FileChannel channel) {
        this.path = path;
        this.size = size;
        this.file = file;
        this.channel = channel;
    }

    /** Opens an existing image of this size and locks it. */
    static LocalTargetImage open(Path path, long size) throws IOException {
        LinuxFile file = LinuxFile.openReadWrite(path);
        try {
            QemuImageLock.forbidWrites(path, file);
            FileChannel channel = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
            return new LocalTargetImage(path, size, file, channel);
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    @Override
    public void write(long offset, ByteBuffer content) throws IOException {
        requireInside(offset, content.remaining());
        long at = offset;
        while (content.hasRemaining()) {
            at += channel.write(content, at);
        }
    }

    @Override
    public void zero(long offset, long length) throws IOException {
        requireInside(offset, length);
        if (!channel.isOpen()) {
            throw new IOException(path + ": closed");
        }
        if (length > 0 && !file.punchHole(offset, length)) {
            writeZeros(offset, length);
        }
    }

    @Override
    public void sync() throws IOException {
        // One at a time: of two at once only one would be told of lost writes.
        synchronized (syncLock) {
            if (lostWrites != null) {
                throw new IOException(path + ": writes were lost before: " + lostWrites.getMessage(), lostWrites);
            }
            try {
                channel.force(false);
            } catch (IOException e) {
                // Linux reports lost writes once and forgets them: a second fdatasync would answer that all is well.
                lostWrites = e;
                throw e;
            }
        }
    }

    @Override
    public synchronized void close() throws IOException {
        if (channel.isOpen()) {
            channel.close();
            file.close();
        }
    }

    private void writeZeros(long offset, long length) throws IOException {
        ByteBuffer zeros = ByteBuffer.allocate((int) Math.min(ZEROS_BYTES, length));
        for (long at = offset; at < offset + length; ) {
            zeros.clear().limit((int) Math.min(zeros.capacity(), offset + length - at));
            at += channel.write(zeros, at);
        }
    }

    private void requireInside(long offset, long length) throws IOException {
        if (offset < 0 || length < 0 || offset > size - length) {
            throw new IOException(path + ": " + offset + "+" + length + " is outside of its " + size + " bytes");
        }
    }
}
