package io.drover.worker.hypervisor.libvirt.domain;

import io.drover.worker.hypervisor.libvirt.domain.DiskSource.Kind;
import io.drover.worker.hypervisor.libvirt.xml.XmlElement;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads a {@code <disk>}. */
final class DiskReader {
    private DiskReader() {}

    static DomainDisk disk(XmlElement disk) {
        XmlElement target = DomainReader.only(disk, "target");
        String name = target == null ? null : target.value("dev");
        if (target == null || name == null || name.isEmpty()) {
            throw new IllegalArgumentException("<disk> has no <target dev='…'>");
        }
        XmlElement source = DomainReader.only(disk, "source");
        XmlElement driver = disk.child("driver");
        XmlElement backing = disk.child("backingStore");
        return new DomainDisk(
                name,
                target.value("bus"),
                disk.childValue("alias", "name"),
                disk.value("device", "disk"),
                source(disk.value("type", ""), source),
                value(driver, "type"),
                value(driver, "cache"),
                value(driver, "io"),
                value(driver, "discard"),
                DomainReader.number(driver, "iothread"),
                disk.has("readonly"),
                disk.has("shareable"),
                disk.has("transient"),
                disk.text("serial"),
                encryption(disk, source),
                backing != null && !backing.children().isEmpty(),
                disk.has("mirror"));
    }

    private static DiskSource source(String type, @Nullable XmlElement source) {
        Kind kind = kind(type);
        String value = source == null ? null : source.value(kind.attribute());
        // An export of NBD needs no name.
        boolean nameless = kind == Kind.UNKNOWN || kind == Kind.NETWORK;
        if (source == null || (!nameless && (value == null || value.isEmpty()))) {
            return DiskSource.none();
        }
        return switch (kind) {
            case FILE, BLOCK, DIR, VHOSTUSER -> new DiskSource(kind, value, null, null);
            case NETWORK ->
                new DiskSource(kind, source.value("protocol", "") + ":" + source.value("name", ""), null, null);
            case VOLUME -> new DiskSource(kind, null, source.value("pool", ""), value);
            case NVME, UNKNOWN, NONE -> new DiskSource(kind, null, null, null);
        };
    }

    private static Kind kind(String type) {
        return switch (type) {
            case "file", "block", "dir", "network", "volume", "nvme", "vhostuser" ->
                Kind.valueOf(type.toUpperCase(Locale.ROOT));
            default -> Kind.UNKNOWN;
        };
    }

    // Up to libvirt 3.8 it stood in the disk, since then in its source.
    private static @Nullable String encryption(XmlElement disk, @Nullable XmlElement source) {
        String inSource = source == null ? null : source.childValue("encryption", "format");
        return inSource != null ? inSource : disk.childValue("encryption", "format");
    }

    private static @Nullable String value(@Nullable XmlElement element, String attribute) {
        return element == null ? null : element.value(attribute);
    }
}
