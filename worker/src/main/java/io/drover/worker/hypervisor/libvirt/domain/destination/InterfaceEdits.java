package io.drover.worker.hypervisor.libvirt.domain.destination;

import io.drover.messages.text.Shown;
import io.drover.worker.hypervisor.libvirt.domain.DomainInterface;
import io.drover.worker.hypervisor.libvirt.xml.XmlAttribute;
import io.drover.worker.hypervisor.libvirt.xml.XmlEdits;
import io.drover.worker.hypervisor.libvirt.xml.XmlElement;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Connects network cards to what the destination has. */
final class InterfaceEdits {
    private final XmlEdits edits;
    private final HostMaps maps;
    private final List<String> problems;

    InterfaceEdits(XmlEdits edits, HostMaps maps, List<String> problems) {
        this.edits = edits;
        this.maps = maps;
        this.problems = problems;
    }

    void edit(XmlElement element, DomainInterface card) {
        XmlElement source = element.child("source");
        String from = Objects.requireNonNullElse(card.source(), "");
        switch (card.kind()) {
            case BRIDGE -> connect(element, source, card, "bridge", maps.bridge(from));
            case NETWORK -> connect(element, source, card, "network", maps.network(from));
            case DIRECT -> {
                NetworkTarget to = maps.bridge(from);
                if (to != null && to.kind() == NetworkTarget.Kind.NETWORK) {
                    problems.add(name(card) + HostMaps.BRIDGES + " of the destination maps " + Shown.text(from)
                            + " to a network; a card of type direct needs a device");
                } else {
                    connect(element, source, card, "dev", to);
                }
            }
            case USER, ETHERNET, SOCKET -> {
                // Leads to nothing that a map could name.
            }
            case HOSTDEV -> {
                if (!card.transientTeam()) {
                    problems.add(name(card) + "has no source that can be at the destination");
                }
            }
            case VHOSTUSER, VDPA, UNKNOWN -> problems.add(name(card) + "has no source that can be at the destination");
        }
    }

    private void connect(
            XmlElement element,
            @Nullable XmlElement source,
            DomainInterface card,
            String attribute,
            @Nullable NetworkTarget to) {
        XmlAttribute written = source == null ? null : source.attribute(attribute);
        if (source == null || written == null || to == null) {
            String key = attribute.equals("network") ? HostMaps.NETWORKS : HostMaps.BRIDGES;
            problems.add(name(card) + key + " of the destination says nothing of "
                    + Shown.text(Objects.requireNonNullElse(card.source(), "")) + "; add from=to to it");
            return;
        }
        if (attribute.equals("dev")) {
            edits.setValue(written, to.name());
            return;
        }
        String becomes = to.kind() == NetworkTarget.Kind.BRIDGE ? "bridge" : "network";
        if (becomes.equals(attribute) && written.value().equals(to.name())) {
            return;
        }
        setType(element, becomes);
        if (becomes.equals(attribute)) {
            edits.setValue(written, to.name());
        } else {
            edits.substitute(written, becomes, to.name());
        }
        if (attribute.equals("network")) {
            Set<String> kept = becomes.equals("network") ? Set.of("network", "portgroup") : Set.of("network");
            // What the network of this host had given to the card.
            source.attributes().stream()
                    .filter(one -> !kept.contains(one.name()))
                    .forEach(edits::remove);
        }
    }

    private void setType(XmlElement element, String type) {
        XmlAttribute typed = element.attribute("type");
        if (typed != null) {
            edits.setValue(typed, type);
        }
    }

    private static String name(DomainInterface card) {
        return "interface " + Shown.text(card.mac()) + ": ";
    }
}
