package io.drover.messages;

import org.jspecify.annotations.Nullable;

/**
 * What a qcow2 image shows where it holds nothing itself: an image in the same folder that nobody writes to. It has no
 * backing image of its own.
 *
 * @param format null when it is raw
 */
public record BackingImage(ImageName image, @Nullable ImageFormat format) {
    public BackingImage {
        // Not said and raw are the same, and the same text.
        format = format == ImageFormat.RAW ? null : format;
    }

    public ImageFormat imageFormat() {
        return format == null ? ImageFormat.RAW : format;
    }
}
