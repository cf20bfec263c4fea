package io.drover.worker.libvirt.domain;

import io.drover.worker.libvirt.xdr.XdrException;
import io.drover.worker.libvirt.xdr.XdrReader;

/**
 * Something happened to a domain. May be missed while nobody is connected, and may come late: a reason to look, and
 * not what there is to see.
 *
 * @param detail of the kind ({@code virDomainEventStartedDetailType} and its like)
 */
public record LifecycleEvent(Domain domain, Kind kind, int detail) {

    /** {@code virDomainEventType}. */
    public enum Kind {
        DEFINED(0),
        UNDEFINED(1),
        STARTED(2),
        SUSPENDED(3),
        RESUMED(4),
        STOPPED(5),
        SHUTDOWN(6),
        PM_SUSPENDED(7),
        CRASHED(8),
        /** A later libvirt's. */
        UNKNOWN(-1);

        private final int code;

        Kind(int code) {
            this.code = code;
        }

        private static Kind of(int code) {
            for (Kind kind : values()) {
                if (kind.code == code) {
                    return kind;
                }
            }
            return UNKNOWN;
        }
    }

    /** {@code remote_domain_event_callback_lifecycle_msg}. */
    static LifecycleEvent read(XdrReader from) throws XdrException {
        from.int32(); // of the one registration that there is
        return new LifecycleEvent(Domain.read(from), Kind.of(from.int32()), from.int32());
    }
}
