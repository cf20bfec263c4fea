package io.drover.worker.libvirt;

import java.io.IOException;

/** libvirt is not there, too old, or not for this user: the message says what a person must change. */
public final class LibvirtUnavailableException extends IOException {
    private static final long serialVersionUID = 1L;

    LibvirtUnavailableException(String message) {
        super(message);
    }

    LibvirtUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
