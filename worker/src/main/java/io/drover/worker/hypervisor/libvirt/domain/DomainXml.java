package io.drover.worker.hypervisor.libvirt.domain;

import io.drover.worker.hypervisor.libvirt.xml.XmlElement;
import io.drover.worker.hypervisor.libvirt.xml.XmlException;
import io.drover.worker.hypervisor.libvirt.xml.XmlText;
import java.util.List;

/**
 * A domain's XML and what Drover reads of it. The text leads: what Drover does not know stays in it.
 *
 * <p>Of a running domain libvirt writes three texts. The live one ({@code virDomainGetXMLDesc} with
 * VIR_DOMAIN_XML_SECURE) has aliases, images below other images and {@code <mirror>}: what forbids a move is asked of it.
 * The migratable one (VIR_DOMAIN_XML_MIGRATABLE as well) is rewritten for the destination; it has none of these. The
 * inactive one (VIR_DOMAIN_XML_INACTIVE) is what the next start would make.
 */
public record DomainXml(XmlText xml, DomainDefinition definition) {
    /** Refuses what {@link XmlText#parse} refuses, and what is not a domain with name, UUID, memory and processors. */
    public static DomainXml parse(String text) throws XmlException {
        XmlText xml = XmlText.parse(text);
        try {
            return new DomainXml(xml, new DomainReader(xml.root()).definition());
        } catch (IllegalArgumentException e) {
            throw new XmlException("XML of a domain: " + e.getMessage());
        }
    }

    /** The devices of one element, in the order of {@link #definition}. */
    public List<XmlElement> devices(String element) {
        return xml.root().children("devices").stream()
                .flatMap(devices -> devices.children(element).stream())
                .toList();
    }
}
