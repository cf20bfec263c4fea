package io.drover.worker.image.qcow2;

import io.drover.worker.image.ImageFile;
import io.drover.worker.image.ImageStore.ImageReader;
import io.drover.worker.image.ImageStore.TargetImage;
import io.drover.worker.image.file.LostWrites;
import java.io.IOException;

/**
 * The qcow2 images of a host's images folder, made, read and written by the tools of a hypervisor that knows the
 * format.
 */
public interface Qcow2Images {
    /** Makes an empty image, or keeps the one that stands there and was made like this; no other is touched. */
    void make(ImageFile image, long size) throws IOException, InterruptedException;

    /**
     * {@link IOException} when it is not what {@link #make} made, and a guest's writes: it may hold data all the same.
     */
    void requireAsMade(ImageFile image, long size) throws IOException, InterruptedException;

    /** Opens it for writing; fails while a VM, or another worker, holds it. */
    TargetImage open(ImageFile image, LostWrites syncs) throws IOException, InterruptedException;

    /** Opens it for reading; fails while a VM writes to it. */
    ImageReader reader(ImageFile image) throws IOException, InterruptedException;
}
