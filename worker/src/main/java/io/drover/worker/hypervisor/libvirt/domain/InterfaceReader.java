package io.drover.worker.hypervisor.libvirt.domain;

import io.drover.worker.hypervisor.libvirt.domain.DomainInterface.Kind;
import io.drover.worker.hypervisor.libvirt.xml.XmlAttribute;
import io.drover.worker.hypervisor.libvirt.xml.XmlElement;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads an {@code <interface>}. */
final class InterfaceReader {
    private InterfaceReader() {}

    static DomainInterface card(XmlElement card) {
        XmlElement source = DomainReader.only(card, "source");
        XmlElement port = card.child("virtualport");
        Kind kind = kind(card, source);
        return new DomainInterface(
                kind,
                card.childValue("mac", "address", ""),
                card.childValue("alias", "name"),
                name(kind, source),
                source == null ? null : source.value("portgroup"),
                port == null ? null : port.value("type"),
                port == null ? Map.of() : parameters(port),
                card.childValue("model", "type"),
                card.childValue("target", "dev"),
                card.childValue("filterref", "filter"),
                "transient".equals(card.childValue("teaming", "type")));
    }

    /** In the live XML a card of a network has the type that the network gave it. */
    private static Kind kind(XmlElement card, @Nullable XmlElement source) {
        boolean ofNetwork = source != null && source.attribute("network") != null;
        return ofNetwork ? Kind.NETWORK : Kind.of(card.value("type", ""));
    }

    private static @Nullable String name(Kind kind, @Nullable XmlElement source) {
        if (source == null) {
            return null;
        }
        return switch (kind) {
            case BRIDGE -> source.value("bridge");
            case NETWORK -> source.value("network");
            case DIRECT, VDPA -> source.value("dev");
            case VHOSTUSER -> source.value("path");
            case HOSTDEV, USER, ETHERNET, SOCKET, UNKNOWN -> null;
        };
    }

    private static Map<String, String> parameters(XmlElement port) {
        var found = new TreeMap<String, String>();
        for (XmlElement parameters : port.children("parameters")) {
            for (XmlAttribute one : parameters.attributes()) {
                found.put(one.name(), one.value());
            }
        }
        return found;
    }
}
