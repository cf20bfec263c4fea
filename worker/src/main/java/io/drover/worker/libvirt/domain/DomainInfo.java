package io.drover.worker.libvirt.domain;

import io.drover.worker.libvirt.xdr.XdrException;
import io.drover.worker.libvirt.xdr.XdrReader;

/**
 * What a domain may use and has used ({@code virDomainInfo}).
 *
 * @param memoryMaxKib what it is defined with
 * @param memoryKib what its balloon leaves it
 * @param cpuNanos since it was started
 */
public record DomainInfo(DomainState state, long memoryMaxKib, long memoryKib, int processors, long cpuNanos) {

    static DomainInfo read(XdrReader from) throws XdrException {
        return new DomainInfo(DomainState.of(from.int32()), from.int64(), from.int64(), from.int32(), from.int64());
    }
}
