package io.drover.worker.hypervisor.libvirt.xml;

import java.io.IOException;

/** The XML is malformed, or holds what is not taken; the message says where, and the limit where there is one. */
public final class XmlException extends IOException {
    private static final long serialVersionUID = 1L;

    public XmlException(String message) {
        super(message);
    }
}
