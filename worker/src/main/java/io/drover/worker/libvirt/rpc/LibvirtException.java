package io.drover.worker.libvirt.rpc;

import io.drover.worker.libvirt.xdr.XdrException;
import io.drover.worker.libvirt.xdr.XdrReader;
import java.io.IOException;
import java.util.Optional;

/** libvirt refused a call, or failed at it; the connection goes on. */
public final class LibvirtException extends IOException {
    private static final long serialVersionUID = 1L;

    // Of libvirt's virterror.h.
    public static final int NO_SUPPORT = 3;
    public static final int OPERATION_FAILED = 9;
    public static final int NO_DOMAIN = 42;
    public static final int NO_NETWORK = 43;
    public static final int AUTHENTICATION_FAILED = 45;
    public static final int NO_STORAGE_POOL = 49;
    public static final int OPERATION_INVALID = 55;
    public static final int NO_INTERFACE = 57;
    public static final int CONFIGURATION_UNSUPPORTED = 67;
    /** Mostly: another job of the domain did not end within 30 s. */
    public static final int OPERATION_TIMEOUT = 68;

    public static final int OPERATION_ABORTED = 78;
    public static final int AUTHENTICATION_CANCELLED = 79;
    public static final int MIGRATION_UNSAFE = 81;
    public static final int CPU_INCOMPATIBLE = 91;
    /** How libvirt 9 tells of a Finish that was to cancel, and did. */
    public static final int MIGRATE_FINISH_OK = 93;

    public static final int AUTHENTICATION_UNAVAILABLE = 94;

    private final int code;
    private final int domain;
    private final String words;

    private LibvirtException(Procedure procedure, int code, int domain, String words) {
        super("libvirt refused " + procedure + ": " + words);
        this.code = code;
        this.domain = domain;
        this.words = words;
    }

    /** Reads a {@code virNetMessageError} (virnetprotocol.x). */
    static LibvirtException read(Procedure procedure, XdrReader from) throws XdrException {
        int code = from.int32();
        int domain = from.int32();
        String words = from.optional(XdrReader::message).orElse("no reason given, error " + code);
        from.int32(); // level
        from.optional(LibvirtException::skipDomain);
        for (int i = 0; i < 3; i++) {
            from.optional(XdrReader::message);
        }
        from.int32();
        from.int32();
        from.optional(LibvirtException::skipNetwork);
        from.end();
        return new LibvirtException(procedure, code, domain, words);
    }

    private static Optional<Object> skipDomain(XdrReader from) throws XdrException {
        skipNetwork(from);
        from.int32();
        return Optional.empty();
    }

    private static Optional<Object> skipNetwork(XdrReader from) throws XdrException {
        from.message();
        from.uuid();
        return Optional.empty();
    }

    /** libvirt's {@code virErrorNumber}. */
    public int code() {
        return code;
    }

    /** libvirt's {@code virErrorDomain}: the part of libvirt that it comes from. */
    public int domain() {
        return domain;
    }

    /** libvirt's own words. */
    public String words() {
        return words;
    }
}
