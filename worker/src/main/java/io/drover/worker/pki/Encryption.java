package io.drover.worker.pki;

/**
 * Whether what travels between hosts is encrypted, and where it may go: calls, disks, memory, and QEMU's own mirrors.
 */
public sealed interface Encryption {
    /** TLS 1.3, both sides authenticated. */
    record Tls(HostCertificates certificates) implements Encryption {}

    /**
     * None.
     *
     * @param anywhere in laboratories whose network is their own; otherwise loopback addresses only
     */
    record Off(boolean anywhere) implements Encryption {}

    /** Not encrypted, at loopback addresses. */
    static Encryption off() {
        return new Off(false);
    }

    /** Whether an address other than a loopback one must be refused. */
    default boolean loopbackOnly() {
        return this instanceof Off(boolean anywhere) && !anywhere;
    }
}
