package io.drover.worker.libvirt.rpc;

import java.io.IOException;

/**
 * libvirt did not answer a call in time. Whether it takes effect is not known, and it still may. The connection goes
 * on: to close it would end the migrations that were begun over it.
 */
public final class LibvirtTimeoutException extends IOException {
    private static final long serialVersionUID = 1L;

    LibvirtTimeoutException(String message) {
        super(message);
    }
}
