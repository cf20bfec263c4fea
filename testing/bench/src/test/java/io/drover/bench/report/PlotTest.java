package io.drover.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.xml.sax.InputSource;

class PlotTest {
    @Test
    void drawsABarForEachContenderWithLabelledAxes() throws Exception {
        String svg = Plot.of(
                "busy-1g",
                List.of(Figures.of("busy-1g", "auto", 8, 1), Figures.of("busy-1g", "qemu-mirror-background", 12, 1)));

        var document =
                DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(svg)));
        assertThat(document.getDocumentElement().getTagName()).isEqualTo("svg");
        assertThat(svg).contains(">auto<", ">qemu-mirror-background<", ">total time in seconds<", "wire in MB<");
    }

    @Test
    void splitsTheTotalIntoItsPhasesAndTheRest() {
        var parts = Plot.parts(Figures.of("busy-1g", "auto", 8, 1));

        assertThat(parts.get("disks")).isEqualTo(4.0);
        assertThat(parts.get("memory")).isEqualTo(2.0);
        assertThat(parts.get("other")).isEqualTo(2.0);
        assertThat(parts.values().stream().mapToDouble(Double::doubleValue).sum())
                .isEqualTo(8.0, Offset.offset(1e-9));
    }

    @Test
    void endsAxesOnRoundNumbers() {
        assertThat(Plot.scale(1)).isEqualTo(1);
        assertThat(Plot.scale(13.2)).isEqualTo(20);
        assertThat(Plot.scale(900)).isEqualTo(1000);
        assertThat(Plot.scale(0.3)).isEqualTo(0.4, Offset.offset(1e-9));
    }
}
