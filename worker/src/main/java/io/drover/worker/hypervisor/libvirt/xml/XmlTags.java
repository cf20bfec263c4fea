package io.drover.worker.hypervisor.libvirt.xml;

import java.util.ArrayList;
import java.util.List;

/**
 * Finds the tags of a text one after the other. It is no parser: the parser has already seen each tag that is asked for,
 * so that the text is well-formed up to its end.
 */
final class XmlTags {
    private final String text;
    private int at;

    XmlTags(String text) {
        this.text = text;
    }

    /**
     * A start tag, an end tag, or both in one.
     *
     * @param name with its prefix
     * @param attributes of a start tag, declarations of namespaces among them; their values are as they stand in the text
     * @param closes whether the element ends here
     * @param end behind the tag
     */
    record Tag(String name, List<XmlAttribute> attributes, boolean closes, int start, int end) {}

    Tag next() throws XmlException {
        at = find("<", at);
        while (text.startsWith("<!", at) || text.startsWith("<?", at)) {
            at = find("<", behindOther());
        }
        int start = at;
        if (text.startsWith("</", at)) {
            int end = find(">", at);
            at = end + 1;
            return new Tag(text.substring(start + 2, end).strip(), List.of(), true, start, at);
        }
        at++;
        String name = name();
        List<XmlAttribute> attributes = new ArrayList<>();
        for (skipSpace(); here() != '>' && here() != '/'; skipSpace()) {
            attributes.add(attribute());
        }
        boolean closes = here() == '/';
        at = find(">", at) + 1;
        return new Tag(name, attributes, closes, start, at);
    }

    /** Behind a comment, a CDATA section or a processing instruction, which may hold what looks like a tag. */
    private int behindOther() throws XmlException {
        if (text.startsWith("<!--", at)) {
            return find("-->", at + 4) + 3;
        }
        if (text.startsWith("<![CDATA[", at)) {
            return find("]]>", at) + 3;
        }
        return find("?>", at) + 2;
    }

    private XmlAttribute attribute() throws XmlException {
        int start = at;
        String name = name();
        at = find("=", at) + 1;
        skipSpace();
        String quote = String.valueOf(here());
        int valueStart = at + 1;
        int valueEnd = find(quote, valueStart);
        at = valueEnd + 1;
        return new XmlAttribute(name, text.substring(valueStart, valueEnd), start, valueStart, valueEnd);
    }

    private String name() throws XmlException {
        int start = at;
        while (!isSpace(here()) && "=/>".indexOf(here()) < 0) {
            at++;
        }
        return text.substring(start, at);
    }

    private void skipSpace() throws XmlException {
        while (isSpace(here())) {
            at++;
        }
    }

    private static boolean isSpace(char one) {
        return one == ' ' || one == '\n' || one == '\t' || one == '\r';
    }

    private char here() throws XmlException {
        if (at >= text.length()) {
            throw lost();
        }
        return text.charAt(at);
    }

    private int find(String what, int from) throws XmlException {
        int found = text.indexOf(what, from);
        if (found < 0) {
            throw lost();
        }
        return found;
    }

    private XmlException lost() {
        return new XmlException("XML: a tag that the parser saw is not found behind character " + at);
    }
}
