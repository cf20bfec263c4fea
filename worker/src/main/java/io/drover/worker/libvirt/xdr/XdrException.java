package io.drover.worker.libvirt.xdr;

import java.io.IOException;

/** Data that is not what it should be: cut off, too long, or with something left over. */
public final class XdrException extends IOException {
    private static final long serialVersionUID = 1L;

    public XdrException(String message) {
        super(message);
    }
}
