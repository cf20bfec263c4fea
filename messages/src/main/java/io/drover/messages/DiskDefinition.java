package io.drover.messages;

import java.util.regex.Pattern;

/**
 * One local disk of a machine.
 *
 * @param image file name of the raw image inside the host's images folder; the same name on every host
 */
public record DiskDefinition(DiskId id, DiskRole role, String image) {
    private static final Pattern IMAGE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");

    public DiskDefinition {
        if (!IMAGE.matcher(image).matches()) {
            throw new IllegalArgumentException("image: '" + image + "' is not a plain file name");
        }
    }
}
