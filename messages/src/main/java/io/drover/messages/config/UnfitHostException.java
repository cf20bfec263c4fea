package io.drover.messages.config;

import java.io.IOException;

/**
 * What a program needs on its host, a folder, a right, a certificate, is not as it must be; the message names the
 * configuration's key, the path, the user and the remedy. As with a wrong configuration a person must change it:
 * starting the program again does not help.
 */
public final class UnfitHostException extends IOException {
    private static final long serialVersionUID = 1L;

    public UnfitHostException(String message) {
        super(message);
    }

    public UnfitHostException(String message, Exception cause) {
        super(message, cause);
    }
}
