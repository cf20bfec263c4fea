package io.drover.worker.hypervisor.qemu.image;

import io.drover.worker.image.file.ImageLocks;
import io.drover.worker.image.file.LinuxFile;
import java.io.IOException;
import java.nio.file.Path;

/**
 * What QEMU is told about an image that a worker holds: that nobody else may write to it. Its own lock bytes (QEMU 7.2,
 * {@code block/file-posix.c}): 100 + n is read-locked by who uses permission n, 200 + n by who does not share it; to
 * write is permission 1. The lock belongs to the open file, for a POSIX lock would vanish as soon as anybody in this
 * process closed the same file.
 */
public final class QemuImageLocks implements ImageLocks {
    private static final long WRITES_BYTE = 101;
    private static final long FORBIDS_WRITES_BYTE = 201;

    @Override
    public boolean held(Path path, boolean orForbids) throws IOException {
        try (LinuxFile file = LinuxFile.openReadOnly(path)) {
            return file.lockedElsewhere(WRITES_BYTE) || (orForbids && file.lockedElsewhere(FORBIDS_WRITES_BYTE));
        }
    }

    @Override
    public void forbidWrites(Path path, LinuxFile file) throws IOException {
        if (file.lockedElsewhere(WRITES_BYTE) || !file.lockForReading(FORBIDS_WRITES_BYTE)) {
            throw new IOException(path + ": a VM is writing to this image");
        }
        // Whoever began to write between the two looks has its lock by now.
        if (file.lockedElsewhere(WRITES_BYTE)) {
            throw new IOException(path + ": a VM has begun to write to this image");
        }
    }
}
