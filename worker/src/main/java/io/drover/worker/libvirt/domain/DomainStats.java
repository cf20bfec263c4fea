package io.drover.worker.libvirt.domain;

import io.drover.worker.libvirt.xdr.XdrException;
import io.drover.worker.libvirt.xdr.XdrReader;

/**
 * Figures of a domain. Names and units are those of {@code virConnectGetAllDomainStats}'s documentation:
 * {@code cpu.time} (ns), {@code vcpu.0.delay} (ns), {@code block.0.wr.bytes}, {@code net.0.tx.bytes}, …
 */
public record DomainStats(Domain domain, TypedParameters figures) {
    /** {@code REMOTE_CONNECT_GET_ALL_DOMAIN_STATS_MAX}. */
    private static final int FIGURES_MAX = 1 << 18;

    static DomainStats read(XdrReader from) throws XdrException {
        return new DomainStats(Domain.read(from), TypedParameters.read(from, FIGURES_MAX));
    }
}
