package io.drover.worker.hypervisor.libvirt.domain;

import org.jspecify.annotations.Nullable;

/**
 * A device that is neither disk nor network interface.
 *
 * @param element {@code hostdev}, {@code filesystem}, {@code shmem}, {@code redirdev}, {@code memory}, {@code smartcard},
 *     {@code input}, {@code tpm}, or a character device: {@code serial}, {@code parallel}, {@code channel}
 * @param kind its type, for {@code memory} and {@code shmem} its model, for {@code filesystem} its driver
 * @param alias null in an XML that has none
 * @param source what it is on the host: a path, an address, a name; null: nothing
 */
public record DomainDevice(
        String element,
        String kind,
        @Nullable String alias,
        @Nullable String source) {
    /** As an operator finds it in the XML. */
    public String shown() {
        String what = source != null ? source : alias;
        return element + (what == null ? "" : " " + what);
    }
}
