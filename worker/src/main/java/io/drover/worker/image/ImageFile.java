package io.drover.worker.image;

import io.drover.messages.BackingImage;
import io.drover.messages.DiskDefinition;
import io.drover.messages.ImageFormat;
import org.jspecify.annotations.Nullable;

/**
 * A file in the images folder, and how to read it.
 *
 * @param base of a qcow2 image, or null
 */
public record ImageFile(
        String name, ImageFormat format, @Nullable BackingImage base) {
    public static ImageFile of(DiskDefinition disk) {
        return new ImageFile(disk.image(), disk.imageFormat(), disk.base());
    }

    public static ImageFile raw(String name) {
        return new ImageFile(name, ImageFormat.RAW, null);
    }

    /** Another file of the same make, for example a copy that was left here. */
    public ImageFile named(String other) {
        return new ImageFile(other, format, base);
    }
}
