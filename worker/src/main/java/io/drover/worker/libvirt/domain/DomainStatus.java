package io.drover.worker.libvirt.domain;

import io.drover.worker.libvirt.xdr.XdrException;
import io.drover.worker.libvirt.xdr.XdrReader;

/** A domain's state, and why it is in it. */
public record DomainStatus(DomainState state, DomainReason reason) {

    static DomainStatus read(XdrReader from) throws XdrException {
        DomainState state = DomainState.of(from.int32());
        return new DomainStatus(state, DomainReason.of(state, from.int32()));
    }

    /** As {@code virsh domstate --reason} says it. */
    @Override
    public String toString() {
        return state + " (" + reason + ")";
    }
}
