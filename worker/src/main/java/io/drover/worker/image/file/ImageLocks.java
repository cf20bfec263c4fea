package io.drover.worker.image.file;

import java.io.IOException;
import java.nio.file.Path;

/**
 * The locks by which a hypervisor and its tools keep each other from writing to one image, for a worker that holds an
 * image itself.
 */
public interface ImageLocks {
    /**
     * Whether somebody writes to the image.
     *
     * @param orForbids or lets nobody else write to it
     */
    boolean held(Path path, boolean orForbids) throws IOException;

    /**
     * Keeps every VM from writing to the image until the file is closed.
     *
     * @param file the open image, or another open file of the same path
     * @throws IOException a VM writes to the image
     */
    void forbidWrites(Path path, LinuxFile file) throws IOException;
}
