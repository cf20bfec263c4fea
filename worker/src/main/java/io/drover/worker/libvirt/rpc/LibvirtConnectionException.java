package io.drover.worker.libvirt.rpc;

import java.io.IOException;

/**
 * The connection is of no more use: libvirt's daemon ended, said something that the protocol does not allow, or we
 * closed it. Whether calls that were under way took effect is not known; connect again and look.
 */
public final class LibvirtConnectionException extends IOException {
    private static final long serialVersionUID = 1L;

    LibvirtConnectionException(String message) {
        super(message);
    }

    LibvirtConnectionException(String message, Throwable cause) {
        super(message, cause);
    }
}
