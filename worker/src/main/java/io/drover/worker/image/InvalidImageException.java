package io.drover.worker.image;

import java.io.IOException;

/** An image is not what it was declared to be. */
public final class InvalidImageException extends IOException {
    private static final long serialVersionUID = 1L;

    public InvalidImageException(String message) {
        super(message);
    }
}
