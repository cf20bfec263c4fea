package io.drover.worker.libvirt.migration;

import io.drover.worker.libvirt.domain.TypedParameters;
import io.drover.worker.libvirt.xdr.XdrException;
import io.drover.worker.libvirt.xdr.XdrReader;

/**
 * A domain's job and its figures, whose names and units are those of libvirt's {@code VIR_DOMAIN_JOB_…}:
 * {@code memory_remaining} (bytes), {@code memory_dirty_rate} (pages per second), {@code downtime} (ms), …
 */
public record JobStats(Type type, TypedParameters figures) {
    /** {@code REMOTE_DOMAIN_JOB_STATS_MAX}. */
    private static final int FIGURES_MAX = 64;

    /** {@code virDomainJobType}. */
    public enum Type {
        NONE(0),
        BOUNDED(1),
        UNBOUNDED(2),
        COMPLETED(3),
        FAILED(4),
        CANCELLED(5),
        /** A later libvirt's. */
        UNKNOWN(-1);

        private final int code;

        Type(int code) {
            this.code = code;
        }

        private static Type of(int code) {
            for (Type type : values()) {
                if (type.code == code) {
                    return type;
                }
            }
            return UNKNOWN;
        }
    }

    static JobStats read(XdrReader from) throws XdrException {
        return new JobStats(Type.of(from.int32()), TypedParameters.read(from, FIGURES_MAX));
    }
}
