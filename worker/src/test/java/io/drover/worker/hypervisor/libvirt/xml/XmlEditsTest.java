package io.drover.worker.hypervisor.libvirt.xml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Objects;
import org.junit.jupiter.api.Test;

class XmlEditsTest {
    private static final String TEXT = """
            <a x='1'  y = "a&#38;b">
              <b/>
              <c/><d z='2'/>
            </a>
            """;

    @Test
    void onlyWhatIsNamedChanges() throws XmlException {
        XmlText xml = XmlText.parse(TEXT);
        var edits = new XmlEdits(xml);
        assertThat(edits.applied()).isEqualTo(TEXT);
        edits.setValue(attribute(xml.root(), "x"), "&<>'\"\n\tü");
        edits.setValue(attribute(xml.root(), "y"), "a&b");
        edits.remove(child(xml.root(), "b"));
        edits.remove(child(xml.root(), "c"));
        edits.substitute(attribute(child(xml.root(), "d"), "z"), "other", "3");
        String result = edits.applied();
        assertThat(result).isEqualTo("""
                        <a x='&amp;&lt;&gt;&apos;&quot;&#10;&#9;ü'  y = "a&#38;b">
                          <d other='3'/>
                        </a>
                        """);
        assertThat(XmlText.parse(result).root().value("x")).isEqualTo("&<>'\"\n\tü");
    }

    @Test
    void attributesGoWithTheSpaceBeforeThem() throws XmlException {
        XmlText xml = XmlText.parse(TEXT);
        var edits = new XmlEdits(xml);
        edits.remove(attribute(xml.root(), "x"));
        edits.remove(attribute(xml.root(), "y"));
        assertThat(edits.applied()).startsWith("<a>\n");
    }

    @Test
    void twoEditsOfOnePlaceAreAMistake() throws XmlException {
        XmlText xml = XmlText.parse(TEXT);
        var edits = new XmlEdits(xml);
        XmlElement d = child(xml.root(), "d");
        edits.setValue(attribute(d, "z"), "3");
        assertThatIllegalArgumentException().isThrownBy(() -> edits.remove(d));
    }

    private static XmlAttribute attribute(XmlElement element, String name) {
        return Objects.requireNonNull(element.attribute(name));
    }

    private static XmlElement child(XmlElement element, String name) {
        return Objects.requireNonNull(element.child(name));
    }
}
