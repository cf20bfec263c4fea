package io.drover.simulator.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TraceFilesTest {
    @TempDir
    Path folder;

    @Test
    void readsNamesAndPercent() throws Exception {
        LoadTrace trace = TraceFiles.read(written("day.csv.gz", "a,0,50,100\nb,1,2,3\n"));

        assertThat(trace.name()).isEqualTo("day");
        assertThat(trace.vms()).isEqualTo(2);
        assertThat(trace.samples()).isEqualTo(3);
        assertThat(trace.vm(1)).isEqualTo("b");
        assertThat(trace.load(0, 1)).isEqualTo(0.5);
        assertThat(trace.load(1, 3)).as("the last sample goes on").isEqualTo(0.03);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a,1,,3              | line 1: field 3: missing",
                "a,1,2;b,1,-2        | line 2: field 3: -2 is not within 0 and 100",
                "a,1,2;b,x,2         | line 2: field 2: 'x' is not a whole number",
                "a,1,2.5             | line 1: field 3: '2.5' is not a whole number",
                "a,1,101             | line 1: field 3: 101 is not within 0 and 100",
                "a,1,2;b,1           | line 2: has 1 samples; at least 2 are needed",
                "a,1,2,3;b,1,2       | line 2: has 2 samples where line 1 has 3",
                "a,1,2;;c,1,2        | line 2: has no name",
                ",1,2                | line 1: has no name",
            })
    void namesFileLineAndField(String lines, String message) throws IOException {
        Path file = written("bad.csv.gz", lines.replace(';', '\n') + "\n");

        assertThatThrownBy(() -> TraceFiles.read(file))
                .isInstanceOf(TraceException.class)
                .hasMessage(file + ", " + message);
    }

    @Test
    void refusesAnEmptyFile() throws IOException {
        Path file = written("empty.csv.gz", "");

        assertThatThrownBy(() -> TraceFiles.read(file))
                .isInstanceOf(TraceException.class)
                .hasMessage(file + ": empty");
    }

    @Test
    void refusesWhatIsNotGzip() throws IOException {
        Path plain = Files.writeString(folder.resolve("plain.csv.gz"), "a,1,2\n");
        Path nothing = Files.createFile(folder.resolve("nothing.csv.gz"));

        assertThatThrownBy(() -> TraceFiles.read(plain))
                .isInstanceOf(TraceException.class)
                .hasMessageContaining("is not a whole gzip file");
        assertThatThrownBy(() -> TraceFiles.read(nothing))
                .isInstanceOf(TraceException.class)
                .hasMessageContaining("is not a whole gzip file");
    }

    @Test
    void findsTheFilesOfAFolderByName() throws Exception {
        Path second = written("b.csv.gz", "a,1,2\n");
        Path first = written("a.csv.gz", "a,1,2\n");
        Files.createFile(folder.resolve("README.md"));

        assertThat(TraceFiles.at(folder)).containsExactly(first, second);
        assertThat(TraceFiles.at(second)).containsExactly(second);
    }

    @Test
    void saysWhereThereIsNothing() {
        assertThatThrownBy(() -> TraceFiles.at(folder))
                .isInstanceOf(TraceException.class)
                .hasMessageContaining("holds no file named *.csv.gz");
        assertThatThrownBy(() -> TraceFiles.at(folder.resolve("x")))
                .isInstanceOf(TraceException.class)
                .hasMessageContaining("no such file or folder");
    }

    private Path written(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        try (var out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return file;
    }
}
