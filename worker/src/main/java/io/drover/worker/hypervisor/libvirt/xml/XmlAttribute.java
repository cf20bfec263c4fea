package io.drover.worker.hypervisor.libvirt.xml;

/**
 * An attribute and its place. Declarations of namespaces are none.
 *
 * @param name as it stands there, with its prefix
 * @param value with references resolved
 * @param start of the name in the text
 * @param valueStart of the value in the text, behind its quotation mark
 * @param valueEnd of the value, at its second quotation mark
 */
public record XmlAttribute(String name, String value, int start, int valueStart, int valueEnd) {
    /** Behind the second quotation mark. */
    int end() {
        return valueEnd + 1;
    }
}
