package io.drover.worker.image;

import io.drover.messages.ImageName;
import java.nio.ByteBuffer;
import java.util.regex.Pattern;

/**
 * A part of a base image that is brought to another host.
 *
 * @param size of the whole file
 * @param sha256 of the whole file, in hex
 * @param content what the file holds at the offset; parts come in order, and what lies between two is zeros
 */
public record BasePart(ImageName image, long size, String sha256, long offset, ByteBuffer content) {
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

    public BasePart {
        if (!SHA256.matcher(sha256).matches()) {
            throw new IllegalArgumentException("sha256: not 64 hexadecimal digits");
        }
        if (size < 1 || offset < 0 || offset > size - content.remaining()) {
            throw new IllegalArgumentException("offset: " + offset + "+" + content.remaining() + " of " + size);
        }
    }
}
