package io.drover.worker.hypervisor.libvirt.domain;

import io.drover.worker.hypervisor.libvirt.xml.XmlElement;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads the other devices. */
final class DeviceReader {
    private DeviceReader() {}

    /** The device, if it is one of those that {@link DomainDevice} names. */
    static Stream<DomainDevice> device(XmlElement device) {
        XmlElement source = device.child("source");
        return switch (device.namespace().isEmpty() ? device.name() : "") {
            case "hostdev" -> made(device, device.value("type", ""), source == null ? null : address(source));
            case "filesystem" ->
                made(device, device.childValue("driver", "type", "path"), device.childValue("source", "dir"));
            case "shmem" -> made(device, device.childValue("model", "type", "ivshmem"), device.value("name"));
            case "memory" -> made(device, device.value("model", ""), source == null ? null : source.text("path"));
            case "smartcard" -> made(device, device.value("mode", ""), null);
            case "tpm" -> made(device, device.childValue("backend", "type", ""), null);
            case "input", "serial", "parallel", "channel", "redirdev" ->
                made(device, device.value("type", ""), source == null ? null : path(source));
            default -> Stream.empty();
        };
    }

    private static Stream<DomainDevice> made(XmlElement device, String kind, @Nullable String source) {
        return Stream.of(new DomainDevice(device.name(), kind, device.childValue("alias", "name"), source));
    }

    private static @Nullable String path(XmlElement source) {
        for (String attribute : List.of("dev", "evdev", "path")) {
            String path = source.value(attribute);
            if (path != null) {
                return path;
            }
        }
        return null;
    }

    /** As {@code lspci}, {@code lsusb} and sysfs write it. */
    private static @Nullable String address(XmlElement source) {
        XmlElement address = source.child("address");
        if (address != null && address.attribute("slot") != null) {
            return hex(address, "domain") + ":" + hex(address, "bus") + ":" + hex(address, "slot") + "."
                    + hex(address, "function");
        }
        if (address != null && address.attribute("uuid") != null) {
            return address.value("uuid");
        }
        XmlElement vendor = source.child("vendor");
        XmlElement product = source.child("product");
        if (vendor != null && product != null) {
            return hex(vendor, "id") + ":" + hex(product, "id");
        }
        return source.childValue("adapter", "name");
    }

    private static String hex(XmlElement element, String attribute) {
        return element.value(attribute, "0x0").replace("0x", "");
    }
}
