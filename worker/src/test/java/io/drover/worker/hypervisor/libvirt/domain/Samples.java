package io.drover.worker.hypervisor.libvirt.domain;

import io.drover.worker.hypervisor.libvirt.xml.XmlException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/**
 * Domains as libvirt 9.0 (Debian 12, QEMU 7.2) wrote them: {@code running}, {@code migratable} and {@code idle} are one
 * domain by {@code virsh dumpxml}, with {@code --migratable} and with {@code --inactive}; the others were only defined.
 */
public final class Samples {
    public static final List<String> NAMES = List.of(
            "running", "migratable", "idle", "uefi-tpm", "network-disks", "cannot-move", "nova", "ovirt", "cloudstack");

    private Samples() {}

    public static String text(String name) {
        try (InputStream sample = Samples.class.getResourceAsStream(name + ".xml")) {
            return new String(Objects.requireNonNull(sample, name).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    public static DomainXml read(String name) throws XmlException {
        return DomainXml.parse(text(name));
    }

    /** A domain of a few lines. */
    public static DomainXml domain(String elements, String devices) throws XmlException {
        return DomainXml.parse("<domain type='kvm'><name>a</name><uuid>6f0f1e4b-0f2c-4b55-9a53-6a2f6c6d0a01</uuid>"
                + "<memory>1024</memory>" + elements + "<devices>" + devices + "</devices></domain>");
    }
}
