package io.drover.worker.image.local;

import io.drover.worker.image.ImageStore;
import io.drover.worker.image.file.ImageLocks;
import io.drover.worker.image.file.LinuxFile;
import io.drover.worker.replication.Extent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/** A raw image at rest, read through its holes and through the page cache, which reads ahead of us. */
final class LocalSourceImage implements ImageStore.SourceImage {
    private final LinuxFile file;
    private final FileChannel channel;
    private final long size;

    private LocalSourceImage(LinuxFile file, FileChannel channel, long size) {
        this.file = file;
        this.channel = channel;
        this.size = size;
    }

    static LocalSourceImage open(Path path, long size, ImageLocks locks) throws IOException {
        LinuxFile file = LinuxFile.openReadOnly(path);
        try {
            locks.forbidWrites(path, file);
            return new LocalSourceImage(file, FileChannel.open(path, StandardOpenOption.READ), size);
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public List<Extent> allocated(Extent within) throws IOException {
        requireOpen();
        var allocated = new ArrayList<Extent>();
        long end = Math.min(within.end(), size);
        long data = within.offset() < end ? file.dataFrom(within.offset(), end) : end;
        while (data < end) {
            long hole = file.holeFrom(data, end);
            allocated.add(new Extent(data, hole - data));
            data = hole < end ? file.dataFrom(hole, end) : end;
        }
        return allocated;
    }

    @Override
    public void read(List<Extent> extents, int pieceBytes, PieceConsumer consumer)
            throws IOException, InterruptedException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(pieceBytes);
        for (Extent extent : extents) {
            long offset = extent.offset();
            while (offset < extent.end()) {
                long pieceEnd = Math.min(extent.end(), (offset / pieceBytes + 1) * pieceBytes);
                fill(buffer.clear().limit((int) (pieceEnd - offset)), offset);
                consumer.accept(offset, buffer.flip());
                offset = pieceEnd;
            }
        }
    }

    /** What lies behind the end of the file, up to the next 512 bytes, reads as zeros. */
    private void fill(ByteBuffer buffer, long offset) throws IOException {
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, offset + buffer.position()) < 0) {
                buffer.put(new byte[buffer.remaining()]);
            }
        }
    }

    private void requireOpen() throws IOException {
        if (!channel.isOpen()) {
            throw new IOException("the image is closed");
        }
    }

    @Override
    public synchronized void close() throws IOException {
        if (channel.isOpen()) {
            channel.close();
            file.close();
        }
    }
}
