package io.drover.worker.hypervisor.qemu.process;

import io.drover.messages.HostId;
import java.nio.file.Path;

/** How memory and mirrors leave and reach this host's QEMU. */
public sealed interface StreamSecurity {
    /**
     * TLS 1.3 with the certificates in this folder, in QEMU's own layout.
     *
     * @param host this host, as its certificate names it
     */
    record Tls(Path folder, HostId host) implements StreamSecurity {}

    /**
     * Bare.
     *
     * @param anywhere in laboratories whose network is their own; otherwise loopback addresses only
     */
    record Off(boolean anywhere) implements StreamSecurity {}

    /** Refuses ({@link IllegalArgumentException}) an address where nothing may travel bare; returns the others. */
    default String check(String address) {
        return switch (this) {
            case Tls _ -> address;
            case Off off -> off.anywhere() ? address : LoopbackAddress.check(address);
        };
    }
}
