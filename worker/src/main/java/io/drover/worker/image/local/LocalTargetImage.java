package io.drover.worker.image.local;

import io.drover.worker.image.ImageStore;
import io.drover.worker.image.file.ImageLocks;
import io.drover.worker.image.file.LinuxFile;
import io.drover.worker.image.file.LostWrites;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A raw image being filled. Its lock makes the resumption of the incoming VM fail until the image is closed.
 */
final class LocalTargetImage implements ImageStore.TargetImage {
    private static final int ZEROS_BYTES = 1 << 20;

    private final Path path;
    private final long size;
    private final LinuxFile file;
    private final FileChannel channel;
    private final LostWrites lost;

    private LocalTargetImage(Path path, long size, LinuxFile file, FileChannel channel, LostWrites lost) {
        this.path = path;
        this.size = size;
        this.file = file;
        this.channel = channel;
        this.lost = lost;
    }

    /** Opens an existing image of this size and locks it. */
    static LocalTargetImage open(Path path, long size, LostWrites lost, ImageLocks locks) throws IOException {
        LinuxFile file = LinuxFile.openReadWrite(path);
        try {
            locks.forbidWrites(path, file);
            FileChannel channel = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
            return new LocalTargetImage(path, size, file, channel, lost);
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
        requireOpen();
        if (length > 0 && !file.punchHole(offset, length)) {
            writeZeros(offset, length);
        }
    }

    @Override
    public synchronized void sync() throws IOException {
        requireOpen();
        // Not by the channel: when its thread is interrupted the error of its closing hides that of the disk.
        lost.sync(file::sync);
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

    private void requireOpen() throws IOException {
        if (!channel.isOpen()) {
            throw new IOException(path + ": closed");
        }
    }

    private void requireInside(long offset, long length) throws IOException {
        if (offset < 0 || length < 0 || offset > size - length) {
            throw new IOException(path + ": " + offset + "+" + length + " is outside of its " + size + " bytes");
        }
    }
}
