package io.drover.worker.hypervisor.libvirt.xml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class XmlTextTest {
    private static final String ODD = """
            <?xml version="1.0" encoding='UTF-16'?>
            <!-- <disk type='file'> --><?note <a b='c'> ?>
            <domain\ta = "1 &lt; 2"
              b='say "x"' xmlns:n='urn:n' n:c='d'>
              <name>Zürich &amp; <![CDATA[<disk/>]]>𝄞</name  >
              <!-- <a b='> --><x/><x ></x><n:y>&#x41;</n:y><z xmlns='urn:z'><w/></z>
            </domain>
            <!-- </domain> -->
            """;

    @Test
    void everythingKnowsItsPlace() throws XmlException {
        XmlElement root = XmlText.parse(ODD).root();
        assertThat(root.value("a")).isEqualTo("1 < 2");
        assertThat(root.value("b")).isEqualTo("say \"x\"");
        assertThat(root.value("n:c")).isEqualTo("d");
        assertThat(root.attributes()).extracting(XmlAttribute::name).containsExactly("a", "b", "n:c");
        assertThat(root.text("name")).isEqualTo("Zürich & <disk/>𝄞");
        assertThat(root.children("x")).extracting(XmlTextTest::written).containsExactly("<x/>", "<x ></x>");
        assertThat(root.children("y")).isEmpty();
        assertThat(root.children()).extracting(XmlElement::namespace).containsExactly("", "", "", "urn:n", "urn:z");
        assertThat(written(root)).startsWith("<domain\ta").endsWith("</domain>");
        assertThat(ODD.substring(root.end())).isEqualTo("\n<!-- </domain> -->\n");
        assertThat(root.attributes())
                .extracting(one -> ODD.substring(one.start(), one.end()))
                .containsExactly("a = \"1 &lt; 2\"", "b='say \"x\"'", "n:c='d'");
    }

    private static String written(XmlElement element) {
        return ODD.substring(element.start(), element.end());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "domain",
                "<a>",
                "<a></b>",
                "<a/><b/>",
                "<a b='1' b='2'/>",
                "<a b=1/>",
                "<a b='<'/>",
                "<a>&nbsp;</a>",
                "<a>&#0;</a>",
                "<a>\u0000</a>",
                "<a>\ud834</a>",
                "<a>]]></a>",
                "<a><!-- -- --></a>",
                "<n:a/>",
                "\ufeff<a/>"
            })
    void whatIsNotWellFormedIsRefused(String text) {
        assertThatExceptionOfType(XmlException.class)
                .isThrownBy(() -> XmlText.parse(text))
                .withMessageStartingWith("XML: not well-formed: line ");
    }

    @Test
    void nothingIsDeclaredExpandedOrFetched(@TempDir Path folder) throws Exception {
        Path secret = Files.writeString(folder.resolve("secret"), "top secret");
        refused("<!DOCTYPE a><a/>", "holds a document type declaration (DOCTYPE)");
        refused("<!DOCTYPE a SYSTEM '" + secret.toUri() + "'><a/>", "holds a document type declaration (DOCTYPE)");
        refused(
                "<!DOCTYPE a [<!ENTITY s SYSTEM '" + secret.toUri() + "'>]><a>&s;</a>",
                "holds a document type declaration (DOCTYPE)");
        refused(
                "<a xmlns:xi='http://www.w3.org/2001/XInclude'><xi:include href='" + secret.toUri() + "'/></a>",
                "holds XInclude");
        refused("<?xml version='1.1'?><a/>", "is of version 1.1");
        var laughs = new StringBuilder("<!DOCTYPE a [<!ENTITY e0 'ha'>");
        for (int i = 1; i < 100; i++) {
            laughs.append("<!ENTITY e").append(i).append(" '");
            laughs.append(("&e" + (i - 1) + ";").repeat(10)).append("'>");
        }
        refused(laughs + "]><a>&e99;</a>", "holds a document type declaration (DOCTYPE)");
    }

    private static void refused(String text, String why) {
        assertThatExceptionOfType(XmlException.class)
                .isThrownBy(() -> XmlText.parse(text))
                .withMessageContaining(why);
    }

    @Test
    void sizeAndDepthHaveLimits() throws XmlException {
        String fits = "<a>" + "ü".repeat((XmlText.BYTES_MAX - 8) / 2) + " </a>";
        assertThat(XmlText.parse(fits).root().content()).hasSize(XmlText.BYTES_MAX / 2 - 3);
        refused(fits + "\n", "has 1048577 bytes; at most 1048576 are read");
        refused("x".repeat(10 << 20), "has 10485760 bytes");

        assertThat(nested(XmlText.DEPTH_MAX).root().children()).hasSize(1);
        assertThatExceptionOfType(XmlException.class)
                .isThrownBy(() -> nested(XmlText.DEPTH_MAX + 1))
                .withMessage("XML: elements are nested deeper than 256");
        assertThatExceptionOfType(XmlException.class)
                .isThrownBy(() -> nested(10_000))
                .withMessage("XML: elements are nested deeper than 256");
    }

    private static XmlText nested(int depth) throws XmlException {
        return XmlText.parse("<a>".repeat(depth) + "</a>".repeat(depth));
    }

    @Test
    void aMebibyteOfReferencesOrElementsIsRead() throws XmlException {
        assertThat(XmlText.parse("<a>" + "&amp;".repeat(200_000) + "</a>")
                        .root()
                        .content())
                .hasSize(200_000);
        assertThat(XmlText.parse("<a>" + "<b c='d'/>".repeat(100_000) + "</a>")
                        .root()
                        .children())
                .hasSize(100_000);
    }

    /** Whatever is not refused has the places that its text shows. */
    @Test
    void brokenTextsAreRefusedOrRead() {
        var random = new Random(1);
        int read = 0;
        for (int i = 0; i < 300; i++) {
            var text = new StringBuilder(ODD);
            for (int edits = random.nextInt(1, 4); edits > 0; edits--) {
                int at = random.nextInt(text.length());
                text.setCharAt(at, ODD.charAt(random.nextInt(ODD.length())));
            }
            try {
                check(text.toString(), XmlText.parse(text.toString()).root());
                read++;
            } catch (XmlException e) {
                assertThat(e).hasMessageStartingWith("XML: ").message().doesNotContain("not found");
            }
        }
        assertThat(read).isPositive();
    }

    private static void check(String text, XmlElement element) {
        assertThat(text.substring(element.start())).startsWith("<").contains(element.name());
        assertThat(text.charAt(element.end() - 1)).isEqualTo('>');
        for (XmlAttribute attribute : element.attributes()) {
            assertThat(text.substring(attribute.start(), attribute.valueStart()))
                    .startsWith(attribute.name());
            assertThat(text.charAt(attribute.valueEnd())).isEqualTo(text.charAt(attribute.valueStart() - 1));
        }
        element.children().forEach(child -> check(text, child));
    }
}
