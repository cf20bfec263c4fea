package io.drover.worker.hypervisor.libvirt.domain.destination;

import io.drover.worker.hypervisor.libvirt.domain.DomainXml;
import io.drover.worker.hypervisor.libvirt.xml.XmlEdits;
import io.drover.worker.hypervisor.libvirt.xml.XmlElement;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes of a domain's XML the one that the destination gets: libvirt's Begin takes it as {@code destination_xml} and checks
 * that the guest sees the same machine. Changed are the sources of disks and network cards, by the destination's maps.
 * Removed are security labels, which are of this host, and images below an image, where not all of them are mapped:
 * libvirt then reads at the destination what lies below the image. All else stays byte for byte.
 */
public final class DestinationXml {
    private DestinationXml() {}

    /**
     * Takes the migratable XML of a running domain, the inactive one of an idle domain. A disk on the network or shared
     * with other domains keeps its source.
     *
     * @param maps of the destination
     */
    public static String of(DomainXml domain, HostMaps maps) throws UnmappedSourceException {
        var edits = new XmlEdits(domain.xml());
        List<String> problems = new ArrayList<>();
        var disks = new DiskEdits(edits, maps, problems);
        List<XmlElement> elements = domain.devices("disk");
        for (int i = 0; i < elements.size(); i++) {
            disks.edit(elements.get(i), domain.definition().disks().get(i));
        }
        var interfaces = new InterfaceEdits(edits, maps, problems);
        elements = domain.devices("interface");
        for (int i = 0; i < elements.size(); i++) {
            interfaces.edit(elements.get(i), domain.definition().interfaces().get(i));
        }
        for (XmlElement label : domain.xml().root().children("seclabel")) {
            if (!label.value("type", "").equals("none")) {
                edits.remove(label);
            }
        }
        if (!problems.isEmpty()) {
            throw new UnmappedSourceException(problems);
        }
        return edits.applied();
    }
}
