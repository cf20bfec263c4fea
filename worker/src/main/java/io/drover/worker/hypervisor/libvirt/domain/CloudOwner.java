package io.drover.worker.hypervisor.libvirt.domain;

import io.drover.worker.hypervisor.libvirt.xml.XmlElement;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A system that keeps a record of its own of where a domain runs, and would be wrong after a move that it did not order.
 * Proxmox VE is none: it does not use libvirt.
 */
public enum CloudOwner {
    NOVA("OpenStack Nova", "http://openstack.org/xmlns/libvirt/nova/", "OpenStack"),
    OVIRT("oVirt", "http://ovirt.org/vm/", "oVirt"),
    /** Writes no metadata, but its name as the product that the guest's firmware shows. */
    CLOUDSTACK("Apache CloudStack", null, "CloudStack"),
    OPENNEBULA("OpenNebula", "http://opennebula.org/xmlns/libvirt/", null),
    KUBEVIRT("KubeVirt", "http://kubevirt.io", "KubeVirt");

    private final String title;
    /** Begin of its namespaces, which go on with a version. */
    private final @Nullable String namespace;
    /** Begin of the product in its {@code <sysinfo>}. */
    private final @Nullable String product;

    CloudOwner(String title, @Nullable String namespace, @Nullable String product) {
        this.title = title;
        this.namespace = namespace;
        this.product = product;
    }

    /** As the system calls itself. */
    public String title() {
        return title;
    }

    /** By the namespaces of {@code <metadata>}, whatever their prefix, else by {@code <sysinfo>}; null: nobody known. */
    static @Nullable CloudOwner of(XmlElement domain, List<String> metadata) {
        for (CloudOwner owner : values()) {
            String begin = owner.namespace;
            if (begin != null && metadata.stream().anyMatch(one -> one.startsWith(begin))) {
                return owner;
            }
        }
        String product = product(domain);
        for (CloudOwner owner : values()) {
            if (owner.product != null && product.startsWith(owner.product)) {
                return owner;
            }
        }
        return null;
    }

    private static String product(XmlElement domain) {
        for (XmlElement sysinfo : domain.children("sysinfo")) {
            for (XmlElement system : sysinfo.children("system")) {
                for (XmlElement entry : system.children("entry")) {
                    if (entry.value("name", "").equals("product")) {
                        return entry.content().strip();
                    }
                }
            }
        }
        return "";
    }
}
