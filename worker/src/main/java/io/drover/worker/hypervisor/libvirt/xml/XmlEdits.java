package io.drover.worker.hypervisor.libvirt.xml;

import java.util.Map;
import java.util.TreeMap;

/** Replacements in a text, which do not overlap. What none of them names stays as it was. */
public final class XmlEdits {
    private final String text;
    private final TreeMap<Integer, Edit> edits = new TreeMap<>();

    public XmlEdits(XmlText xml) {
        this.text = xml.text();
    }

    private record Edit(int end, String replacement) {}

    /** Gives an attribute another value; one that has it already stays as it is written. */
    public void setValue(XmlAttribute attribute, String value) {
        if (!attribute.value().equals(value)) {
            replace(attribute.valueStart(), attribute.valueEnd(), escaped(value));
        }
    }

    /** Puts another attribute in an attribute's place, in the same quotation marks. */
    public void substitute(XmlAttribute attribute, String name, String value) {
        char quote = text.charAt(attribute.valueEnd());
        replace(attribute.start(), attribute.end(), name + '=' + quote + escaped(value) + quote);
    }

    /** Removes an attribute and the space before it. */
    public void remove(XmlAttribute attribute) {
        int start = attribute.start();
        while (Character.isWhitespace(text.charAt(start - 1))) {
            start--;
        }
        replace(start, attribute.end(), "");
    }

    /** Removes an element; its line as well, if nothing else stands there. */
    public void remove(XmlElement element) {
        int start = element.start();
        while (start > 0 && (text.charAt(start - 1) == ' ' || text.charAt(start - 1) == '\t')) {
            start--;
        }
        boolean alone = start > 0
                && text.charAt(start - 1) == '\n'
                && element.end() < text.length()
                && text.charAt(element.end()) == '\n';
        replace(alone ? start - 1 : element.start(), element.end(), "");
    }

    private void replace(int start, int end, String replacement) {
        Map.Entry<Integer, Edit> before = edits.lowerEntry(end);
        if (before != null && before.getValue().end() > start) {
            throw new IllegalArgumentException("two edits at " + start);
        }
        edits.put(start, new Edit(end, replacement));
    }

    /** The text with all replacements. */
    public String applied() {
        var result = new StringBuilder(text.length());
        int at = 0;
        for (Map.Entry<Integer, Edit> edit : edits.entrySet()) {
            result.append(text, at, edit.getKey()).append(edit.getValue().replacement());
            at = edit.getValue().end();
        }
        return result.append(text, at, text.length()).toString();
    }

    /** For a value between quotation marks of either kind. A parser would turn a bare line break into a space. */
    private static String escaped(String value) {
        var result = new StringBuilder(value.length());
        for (int i = 0; i < value.length(); i++) {
            char one = value.charAt(i);
            switch (one) {
                case '&' -> result.append("&amp;");
                case '<' -> result.append("&lt;");
                case '>' -> result.append("&gt;");
                case '\'' -> result.append("&apos;");
                case '"' -> result.append("&quot;");
                case '\t', '\n', '\r' -> result.append("&#").append((int) one).append(';');
                default -> result.append(one);
            }
        }
        return result.toString();
    }
}
