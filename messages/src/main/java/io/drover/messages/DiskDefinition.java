package io.drover.messages;

import io.drover.messages.text.Shown;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One local disk of a VM.
 *
 * @param image file name of the image inside the host's images folder; the same name on every host
 * @param format null when the image is raw
 * @param base the backing image of a qcow2 image, or null
 */
public record DiskDefinition(
        DiskId id,
        DiskRole role,
        String image,
        @Nullable ImageFormat format,
        @Nullable BackingImage base) {
    private static final Pattern IMAGE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");

    public DiskDefinition {
        if (!IMAGE.matcher(image).matches()) {
            throw new IllegalArgumentException("image: '" + Shown.text(image) + "' is not a plain file name");
        }
        // Not said and raw are the same, and the same text.
        format = format == ImageFormat.RAW ? null : format;
        if (base != null && format == null) {
            throw new IllegalArgumentException("base: the raw image " + image + " can have none");
        }
        if (base != null && base.image().value().equals(image)) {
            throw new IllegalArgumentException("base: " + image + " cannot be its own");
        }
    }

    /** A raw image. */
    public DiskDefinition(DiskId id, DiskRole role, String image) {
        this(id, role, image, null, null);
    }

    public ImageFormat imageFormat() {
        return format == null ? ImageFormat.RAW : format;
    }
}
