package io.drover.worker.hypervisor.libvirt.xml;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An element and its place. Libvirt's own elements are in no namespace, so all that look for a child by its name find only
 * such ones.
 *
 * @param namespace URI, empty for none
 * @param name without prefix
 * @param content its own character data, without that of its children
 * @param start of the start tag in the text
 * @param end behind the end tag
 */
public record XmlElement(
        String namespace,
        String name,
        List<XmlAttribute> attributes,
        List<XmlElement> children,
        String content,
        int start,
        int end) {
    public XmlElement {
        attributes = List.copyOf(attributes);
        children = List.copyOf(children);
    }

    /** Whether it is libvirt's own element of this name. */
    public boolean is(String localName) {
        return namespace.isEmpty() && name.equals(localName);
    }

    public @Nullable XmlAttribute attribute(String attribute) {
        for (XmlAttribute one : attributes) {
            if (one.name().equals(attribute)) {
                return one;
            }
        }
        return null;
    }

    /** The value of an attribute, or null where it is missing. */
    public @Nullable String value(String attribute) {
        XmlAttribute found = attribute(attribute);
        return found == null ? null : found.value();
    }

    public String value(String attribute, String fallback) {
        XmlAttribute found = attribute(attribute);
        return found == null ? fallback : found.value();
    }

    public List<XmlElement> children(String child) {
        return children.stream().filter(one -> one.is(child)).toList();
    }

    /** The first child of that name. */
    public @Nullable XmlElement child(String child) {
        for (XmlElement one : children) {
            if (one.is(child)) {
                return one;
            }
        }
        return null;
    }

    public boolean has(String child) {
        return child(child) != null;
    }

    /** Trimmed character data of a child, or null where there is no such child. */
    public @Nullable String text(String child) {
        XmlElement found = child(child);
        return found == null ? null : found.content().strip();
    }

    /** The value of an attribute of the first child of that name, or null where either is missing. */
    public @Nullable String childValue(String child, String attribute) {
        XmlElement found = child(child);
        return found == null ? null : found.value(attribute);
    }

    public String childValue(String child, String attribute, String fallback) {
        XmlElement found = child(child);
        return found == null ? fallback : found.value(attribute, fallback);
    }
}
