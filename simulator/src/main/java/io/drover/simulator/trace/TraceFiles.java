package io.drover.simulator.trace;

import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/** Reads {@code NAME.csv.gz}: a line a VM, its name and then whole percent, one sample a field. */
public final class TraceFiles {
    private static final String SUFFIX = ".csv.gz";

    private TraceFiles() {}

    /** The trace files at a path, by name: the file itself, or those of the folder. */
    public static List<Path> at(Path path) throws TraceException, IOException {
        if (Files.isRegularFile(path)) {
            return List.of(path);
        }
        if (!Files.isDirectory(path)) {
            throw new TraceException(path + ": no such file or folder");
        }
        try (Stream<Path> entries = Files.list(path)) {
            List<Path> files = entries.filter(entry -> entry.toString().endsWith(SUFFIX))
                    .sorted()
                    .toList();
            if (files.isEmpty()) {
                throw new TraceException(path + ": holds no file named *" + SUFFIX);
            }
            return files;
        }
    }

    /** Reads one file whole. */
    public static LoadTrace read(Path file) throws TraceException, IOException {
        var vms = new ArrayList<String>();
        var lines = new ArrayList<byte[]>();
        try (var reader = new BufferedReader(
                new InputStreamReader(new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
            String line = reader.readLine();
            while (line != null) {
                var parser = new LineParser(file, vms.size() + 1, line);
                vms.add(parser.vm());
                lines.add(parser.samples(lines.isEmpty() ? -1 : lines.getFirst().length));
                line = reader.readLine();
            }
        } catch (ZipException | EOFException e) {
            throw new TraceException(file + ": is not a whole gzip file: " + e.getMessage());
        }
        if (vms.isEmpty()) {
            throw new TraceException(file + ": empty");
        }
        return new LoadTrace(name(file), vms, lines.toArray(byte[][]::new));
    }

    private static String name(Path file) {
        String name = String.valueOf(file.getFileName());
        return name.endsWith(SUFFIX) ? name.substring(0, name.length() - SUFFIX.length()) : name;
    }

    /** One line; fields are counted from 1, the name being the first. */
    private record LineParser(Path file, int number, String line) {
        private String[] fields() {
            return line.split(",", -1);
        }

        private String vm() throws TraceException {
            String vm = fields()[0].strip();
            if (vm.isEmpty()) {
                throw bad("has no name");
            }
            return vm;
        }

        private byte[] samples(int expected) throws TraceException {
            String[] fields = fields();
            int count = fields.length - 1;
            if (count < 2) {
                throw bad("has " + count + " samples; at least 2 are needed");
            }
            if (expected >= 0 && count != expected) {
                throw bad("has " + count + " samples where line 1 has " + expected);
            }
            var samples = new byte[count];
            for (int i = 0; i < count; i++) {
                samples[i] = sample(fields[i + 1].strip(), i + 2);
            }
            return samples;
        }

        private byte sample(String text, int field) throws TraceException {
            if (text.isEmpty()) {
                throw bad("field " + field + ": missing");
            }
            int value;
            try {
                value = Integer.parseInt(text);
            } catch (NumberFormatException e) {
                throw bad("field " + field + ": '" + text + "' is not a whole number");
            }
            if (value < 0 || value > LoadTrace.FULL) {
                throw bad("field " + field + ": " + value + " is not within 0 and " + LoadTrace.FULL);
            }
            return (byte) value;
        }

        private TraceException bad(String what) {
            return new TraceException(file + ", line " + number + ": " + what);
        }
    }
}
