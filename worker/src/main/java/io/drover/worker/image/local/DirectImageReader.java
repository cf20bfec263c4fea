package io.drover.worker.image.local;

import io.drover.worker.image.ImageStore;
import io.drover.worker.image.file.BlockDevice;
import io.drover.worker.image.file.LinuxFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Reads what the disk holds and not what the page cache says it will hold: by O_DIRECT, and where the file system
 * refuses that by writing out and dropping the range first. Not for several threads at once, and best called by a
 * platform thread: a virtual one would hold its carrier while it waits for the disk.
 */
final class DirectImageReader implements ImageStore.ImageReader {
    private static final int BUFFER_BYTES = 1 << 20;

    private final LinuxFile file;
    private final boolean direct;
    private final ByteBuffer aligned;
    private final int alignment;
    private final long size;
    private boolean closed;

    private DirectImageReader(LinuxFile file, boolean direct, int alignment, long size) {
        this.file = file;
        this.direct = direct;
        this.alignment = alignment;
        this.size = size;
        this.aligned = ByteBuffer.allocateDirect(BUFFER_BYTES + alignment).alignedSlice(alignment);
    }

    static DirectImageReader open(Path path, long size) throws IOException {
        int alignment = (int) Math.max(Files.getFileStore(path).getBlockSize(), BlockDevice.SECTOR_BYTES);
        LinuxFile file;
        try {
            file = LinuxFile.openDirect(path);
        } catch (IOException e) {
            return openThroughCache(path, size);
        }
        return new DirectImageReader(file, true, alignment, size);
    }

    /** For file systems without O_DIRECT. */
    static DirectImageReader openThroughCache(Path path, long size) throws IOException {
        return new DirectImageReader(LinuxFile.openReadOnly(path), false, BlockDevice.SECTOR_BYTES, size);
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public void read(long offset, ByteBuffer into) throws IOException {
        if (offset < 0 || offset > size - into.remaining()) {
            throw new IOException(offset + "+" + into.remaining() + " is outside of " + size + " bytes");
        }
        if (closed) {
            throw new IOException("the reader is closed");
        }
        if (!direct) {
            file.dropFromCache(offset, into.remaining());
        }
        long at = offset;
        while (into.hasRemaining()) {
            at += readPiece(at, into);
        }
    }

    @Override
    public void close() throws IOException {
        if (!closed) {
            closed = true;
            file.close();
        }
    }

    /** Reads whole aligned blocks around {@code at}; what lies behind the end of the file reads as zeros. */
    private int readPiece(long at, ByteBuffer into) throws IOException {
        int lead = (int) (at % alignment);
        int wanted = Math.min(into.remaining(), BUFFER_BYTES - lead);
        int blocks = Math.ceilDiv(lead + wanted, alignment) * alignment;
        aligned.clear().limit(blocks);
        int got = Math.clamp(file.read(at - lead, aligned) - (long) lead, 0, wanted);
        if (got == 0) {
            into.put(new byte[wanted]);
            return wanted;
        }
        into.put(aligned.slice(lead, got));
        return got;
    }
}
