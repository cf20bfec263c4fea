package io.drover.worker.libvirt.domain;

import io.drover.worker.libvirt.xdr.XdrException;
import io.drover.worker.libvirt.xdr.XdrReader;
import io.drover.worker.libvirt.xdr.XdrWriter;
import java.util.UUID;

/**
 * What libvirt calls a domain by. A handle, not the state: it stays of use when the domain starts or ends, because
 * libvirt looks for the UUID.
 *
 * @param id of the running domain, anew at each start; -1 when it was not active
 */
public record Domain(String name, UUID uuid, int id) {

    public static Domain read(XdrReader from) throws XdrException {
        return new Domain(from.string(), from.uuid(), from.int32());
    }

    /** Whether it was active when libvirt gave this handle. */
    public boolean wasActive() {
        return id >= 0;
    }

    /** What a procedure's arguments begin with. */
    public XdrWriter argument() {
        return new XdrWriter().string(name).uuid(uuid).int32(id);
    }
}
