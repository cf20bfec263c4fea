package io.drover.worker.hypervisor.libvirt.domain;

import org.jspecify.annotations.Nullable;

/**
 * A disk of a domain.
 *
 * @param target device name such as {@code vda}: unique in the domain, and what operators call it
 * @param alias QEMU's device id; null in an XML that has none
 * @param device {@code disk}, {@code cdrom}, {@code floppy} or {@code lun}
 * @param format of the image; null: libvirt's default, {@code raw}
 * @param iothread number; null: none of its own, but its controller may have one
 * @param encryption format that QEMU decrypts, such as {@code luks}; null: none
 * @param backingStore whether the image lies over another one
 * @param mirror whether a block job of libvirt's own (copy or active commit) runs on it
 */
public record DomainDisk(
        String target,
        @Nullable String bus,
        @Nullable String alias,
        String device,
        DiskSource source,
        @Nullable String format,
        @Nullable String cache,
        @Nullable String io,
        @Nullable String discard,
        @Nullable Long iothread,
        boolean readOnly,
        boolean shareable,
        boolean transientDisk,
        @Nullable String serial,
        @Nullable String encryption,
        boolean backingStore,
        boolean mirror) {

    /** What a move does with a disk. The XML does not tell whether a file is on shared storage. */
    public enum Handling {
        /** Its blocks are sent. */
        COPIED,
        /** As {@link #COPIED}, but nothing changes it meanwhile: a cdrom, a config drive. */
        COPIED_READ_ONLY,
        /** On the network, or shared with other domains: the destination opens the same. */
        STAYS,
        /** A drive without a medium. */
        EMPTY
    }

    public Handling handling() {
        if (source.kind() == DiskSource.Kind.NONE) {
            return Handling.EMPTY;
        }
        if (source.kind() == DiskSource.Kind.NETWORK || shareable) {
            return Handling.STAYS;
        }
        return readOnly || removable() ? Handling.COPIED_READ_ONLY : Handling.COPIED;
    }

    /** Whether it is a drive whose medium can be taken out. */
    public boolean removable() {
        return device.equals("cdrom") || device.equals("floppy");
    }

    /** Whether its image has no format of its own. */
    public boolean raw() {
        return format == null || format.equals("raw");
    }
}
