package io.drover.worker.image;

import io.drover.worker.hypervisor.qemu.image.QemuImageLocks;
import io.drover.worker.hypervisor.qemu.image.QemuImages;
import io.drover.worker.image.local.LocalImageStore;
import io.drover.worker.image.local.LocalImageStore.FolderCheck;
import java.nio.file.Path;

/** Stores of images as QEMU's driver has them. */
public final class TestImageStores {
    private TestImageStores() {}

    /** Of a folder that also takes the sockets of servers. */
    public static LocalImageStore of(Path folder) {
        return of(folder, folder);
    }

    /** {@code sockets}: a folder with a short path. */
    public static LocalImageStore of(Path folder, Path sockets) {
        return of(folder, sockets, _ -> {});
    }

    public static LocalImageStore of(Path folder, Path sockets, FolderCheck check) {
        return new LocalImageStore(folder, new QemuImageLocks(), new QemuImages(folder, sockets), check);
    }
}
