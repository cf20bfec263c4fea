package io.drover.worker.hypervisor.libvirt.xml;

import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import javax.xml.XMLConstants;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/**
 * A document of XML 1.0 whose elements know their place in the text. The JDK's parser says what stands there, {@link
 * XmlTags} where; the two must agree.
 *
 * @param text as it was given
 */
public record XmlText(String text, XmlElement root) {
    /** Libvirt itself takes 4 MiB (VIR_NET_MESSAGE_STRING_MAX); the largest domains known have some 100 KiB. */
    public static final int BYTES_MAX = 1 << 20;

    /** As libxml2, with which libvirt reads. Each image below another one nests one deeper; libvirt takes 200 of them. */
    public static final int DEPTH_MAX = 256;

    private static final String XINCLUDE = "http://www.w3.org/2001/XInclude";

    /**
     * Parses a text. Refused are, besides what is not well-formed: more than {@link #BYTES_MAX} bytes of UTF-8, elements
     * nested deeper than {@link #DEPTH_MAX}, XML 1.1, a document type declaration (and so every entity but the five of
     * XML itself) and XInclude. Nothing is ever fetched.
     */
    public static XmlText parse(String text) throws XmlException {
        int bytes = text.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > BYTES_MAX) {
            throw new XmlException("XML: has " + bytes + " bytes; at most " + BYTES_MAX + " are read");
        }
        try {
            XMLStreamReader reader = factory().createXMLStreamReader(new StringReader(text));
            try {
                return new XmlText(text, new Reading(text, reader).root());
            } finally {
                reader.close();
            }
        } catch (XMLStreamException e) {
            throw malformed(e);
        }
    }

    private static XMLInputFactory factory() {
        // Never one from the class path.
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_COALESCING, true);
        factory.setProperty(XMLConstants.ACCESS_EXTERNAL_DTD, "");
        // None of the JDK's limits: the text's length bounds what it can hold without declarations, Reading the depth.
        for (String limit : List.of("maxElementDepth", "maxGeneralEntitySizeLimit", "totalEntitySizeLimit")) {
            factory.setProperty("jdk.xml." + limit, "0");
        }
        return factory;
    }

    private static XmlException malformed(XMLStreamException e) {
        // "ParseError at [row,col]:[…]", and in the next line "Message: …".
        String said = String.valueOf(e.getMessage());
        String place = e.getLocation() == null
                ? ""
                : "line " + e.getLocation().getLineNumber() + ", column "
                        + e.getLocation().getColumnNumber() + ": ";
        return new XmlException(
                "XML: not well-formed: " + place + said.replaceFirst("(?s)^ParseError.*\nMessage: ", ""));
    }

    /** One pass over the parser's events. */
    private static final class Reading {
        private final XMLStreamReader reader;
        private final XmlTags tags;
        private final Deque<Open> open = new ArrayDeque<>();
        private @Nullable XmlElement root;

        Reading(String text, XMLStreamReader reader) {
            this.reader = reader;
            this.tags = new XmlTags(text);
        }

        XmlElement root() throws XMLStreamException, XmlException {
            if ("1.1".equals(reader.getVersion())) {
                throw new XmlException("XML: is of version 1.1; libvirt reads and writes 1.0");
            }
            while (reader.hasNext()) {
                switch (reader.next()) {
                    case XMLStreamConstants.START_ELEMENT -> begin();
                    case XMLStreamConstants.END_ELEMENT -> end();
                    case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA, XMLStreamConstants.SPACE -> {
                        if (!open.isEmpty()) {
                            open.element().content.append(reader.getText());
                        }
                    }
                    case XMLStreamConstants.DTD ->
                        throw new XmlException("XML: holds a document type declaration (DOCTYPE), which is not taken");
                    case XMLStreamConstants.ENTITY_REFERENCE ->
                        throw new XmlException(
                                "XML: holds the entity &" + reader.getLocalName() + ";, which is not taken");
                    default -> {
                        // Comments and processing instructions say nothing; they stay in the text.
                    }
                }
            }
            if (root == null) {
                throw new XmlException("XML: holds no element");
            }
            return root;
        }

        private void begin() throws XmlException {
            if (open.size() == DEPTH_MAX) {
                throw new XmlException("XML: elements are nested deeper than " + DEPTH_MAX);
            }
            if (XINCLUDE.equals(reader.getNamespaceURI())) {
                throw new XmlException("XML: holds XInclude, which is not taken");
            }
            XmlTags.Tag tag = tags.next();
            if (!tag.name().equals(qualified(reader.getPrefix(), reader.getLocalName()))) {
                throw new XmlException("XML: element " + reader.getLocalName() + " is not found in the text");
            }
            var element = new Open(
                    reader.getNamespaceURI() == null ? "" : reader.getNamespaceURI(), reader.getLocalName(), tag);
            for (int i = 0; i < reader.getAttributeCount(); i++) {
                String name = qualified(reader.getAttributePrefix(i), reader.getAttributeLocalName(i));
                element.attributes.add(placed(tag, name, reader.getAttributeValue(i)));
            }
            open.push(element);
        }

        private static XmlAttribute placed(XmlTags.Tag tag, String name, String value) throws XmlException {
            for (XmlAttribute one : tag.attributes()) {
                if (one.name().equals(name)) {
                    return new XmlAttribute(name, value, one.start(), one.valueStart(), one.valueEnd());
                }
            }
            throw new XmlException("XML: attribute " + name + " is not found in the text");
        }

        private void end() throws XmlException {
            Open ended = open.pop();
            int end = ended.tag.closes() ? ended.tag.end() : tags.next().end();
            var element = new XmlElement(
                    ended.namespace,
                    ended.name,
                    ended.attributes,
                    ended.children,
                    ended.content.toString(),
                    ended.tag.start(),
                    end);
            if (open.isEmpty()) {
                root = element;
            } else {
                open.element().children.add(element);
            }
        }

        private static String qualified(@Nullable String prefix, String name) {
            return prefix == null || prefix.isEmpty() ? name : prefix + ":" + name;
        }
    }

    /** An element whose end was not seen yet. */
    private static final class Open {
        private final String namespace;
        private final String name;
        private final XmlTags.Tag tag;
        private final List<XmlAttribute> attributes = new ArrayList<>();
        private final List<XmlElement> children = new ArrayList<>();
        private final StringBuilder content = new StringBuilder();

        Open(String namespace, String name, XmlTags.Tag tag) {
            this.namespace = namespace;
            this.name = name;
            this.tag = tag;
        }
    }
}
