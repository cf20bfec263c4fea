package io.drover.worker.hypervisor.libvirt.domain;

import io.drover.messages.VmId;
import io.drover.messages.text.Numbers;
import io.drover.messages.text.Shown;
import io.drover.worker.hypervisor.libvirt.domain.DomainDefinition.Firmware;
import io.drover.worker.hypervisor.libvirt.domain.DomainDefinition.Memory;
import io.drover.worker.hypervisor.libvirt.domain.DomainDefinition.Platform;
import io.drover.worker.hypervisor.libvirt.domain.DomainDefinition.SecurityLabel;
import io.drover.worker.hypervisor.libvirt.domain.DomainDefinition.Vcpus;
import io.drover.worker.hypervisor.libvirt.xml.XmlElement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads what a domain's elements say. Everything throws {@link IllegalArgumentException} that names the element. */
final class DomainReader {
    private final XmlElement domain;
    private final List<XmlElement> devices;

    DomainReader(XmlElement domain) {
        if (!domain.is("domain")) {
            String namespace = domain.namespace().isEmpty() ? "" : " of " + domain.namespace();
            throw new IllegalArgumentException(
                    "the root element is <" + Shown.text(domain.name() + namespace) + ">, not <domain>");
        }
        this.domain = domain;
        this.devices = domain.children("devices").stream()
                .flatMap(one -> one.children().stream())
                .toList();
    }

    DomainDefinition definition() {
        XmlElement os = domain.child("os");
        List<String> metadata = domain.children("metadata").stream()
                .flatMap(one -> one.children().stream())
                .map(XmlElement::namespace)
                .filter(one -> !one.isEmpty())
                .distinct()
                .toList();
        return new DomainDefinition(
                domain.value("type", ""),
                number(domain, "id"),
                name(),
                VmId.parse(required("uuid")),
                domain.text("title"),
                domain.text("description"),
                vcpus(),
                memory(),
                platform(os),
                firmware(os),
                tpm(),
                iothreads(),
                of("disk").map(DiskReader::disk).toList(),
                of("interface").map(InterfaceReader::card).toList(),
                devices.stream().flatMap(DeviceReader::device).toList(),
                domain.childValue("launchSecurity", "type"),
                domain.children("seclabel").stream()
                        .map(label -> new SecurityLabel(label.value("type", "dynamic"), label.value("model")))
                        .toList(),
                metadata,
                CloudOwner.of(domain, metadata));
    }

    private Stream<XmlElement> of(String element) {
        return devices.stream().filter(one -> one.is(element));
    }

    /** As it is written: libvirt takes spaces at its ends for a part of it. */
    private String name() {
        required("name");
        XmlElement name = domain.child("name");
        return name == null ? "" : name.content();
    }

    private String required(String element) {
        String text = domain.text(element);
        if (text == null || text.isEmpty()) {
            throw new IllegalArgumentException("has no <" + element + ">");
        }
        return text;
    }

    private Vcpus vcpus() {
        XmlElement vcpu = domain.child("vcpu");
        if (vcpu == null) {
            return new Vcpus(1, 1);
        }
        int maximum = Math.toIntExact(count("vcpu", vcpu.content()));
        String current = vcpu.value("current");
        return new Vcpus(current == null ? maximum : Math.toIntExact(count("vcpu", current)), maximum);
    }

    private Memory memory() {
        XmlElement memory = domain.child("memory");
        if (memory == null) {
            throw new IllegalArgumentException("has no <memory>");
        }
        long maximum = MemoryUnit.bytes(memory);
        XmlElement current = domain.child("currentMemory");
        return new Memory(current == null ? maximum : MemoryUnit.bytes(current), maximum);
    }

    private Platform platform(@Nullable XmlElement os) {
        XmlElement type = os == null ? null : os.child("type");
        XmlElement cpu = domain.child("cpu");
        return new Platform(
                type == null ? "" : type.value("arch", ""),
                type == null ? "" : type.value("machine", ""),
                cpu == null ? null : cpu.value("mode", "custom"),
                cpu == null ? null : cpu.text("model"));
    }

    private static Firmware firmware(@Nullable XmlElement os) {
        XmlElement nvram = os == null ? null : os.child("nvram");
        if (os == null || nvram == null) {
            return new Firmware(os == null ? null : os.text("loader"), null, null);
        }
        // Since libvirt 8.5 the file may stand in an element of its own.
        String path = nvram.has("source")
                ? nvram.childValue("source", "file")
                : nvram.content().strip();
        return new Firmware(os.text("loader"), path == null || path.isEmpty() ? null : path, nvram.value("template"));
    }

    private @Nullable String tpm() {
        return of("tpm")
                .map(tpm -> tpm.childValue("backend", "type", ""))
                .findFirst()
                .orElse(null);
    }

    private int iothreads() {
        String count = domain.text("iothreads");
        return count == null || count.isEmpty() ? 0 : Math.toIntExact(count("iothreads", count));
    }

    private static long count(String element, String text) {
        long count = Numbers.whole(text.strip());
        if (count < 0 || count > Short.MAX_VALUE) {
            throw new IllegalArgumentException("<" + element + ">: " + count + " is out of range");
        }
        return count;
    }

    static @Nullable Long number(@Nullable XmlElement element, String attribute) {
        String text = element == null ? null : element.value(attribute);
        return text == null ? null : Numbers.whole(text);
    }

    /** The one child of that name, or null; two would leave open which of them libvirt means. */
    static @Nullable XmlElement only(XmlElement element, String child) {
        List<XmlElement> found = new ArrayList<>(element.children(child));
        if (found.size() > 1) {
            throw new IllegalArgumentException("<" + element.name() + "> has " + found.size() + " <" + child + ">");
        }
        return found.isEmpty() ? null : found.getFirst();
    }
}
