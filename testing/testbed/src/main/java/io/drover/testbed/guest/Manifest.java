package io.drover.testbed.guest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * What files a data disk holds, in the format of sha256sum(1).
 *
 * @param digests SHA-256 in lower-case hexadecimal, by path relative to the manifest
 */
public record Manifest(SortedMap<String, String> digests) {
    private static final String SEPARATOR = "  ";

    public Manifest {
        digests = new TreeMap<>(digests);
    }

    /** Of every regular file below {@code folder}; paths start at {@code root}. */
    static Manifest of(Path root, Path folder) throws IOException {
        var digests = new TreeMap<String, String>();
        try (Stream<Path> tree = Files.walk(folder)) {
            for (Path file : tree.filter(Files::isRegularFile).toList()) {
                digests.put(root.relativize(file).toString(), Digest.ofFile(file));
            }
        }
        return new Manifest(digests);
    }

    /** Reads what {@link #write} wrote; a line that is no entry is an {@link IOException}. */
    public static Manifest read(Path file) throws IOException {
        var digests = new TreeMap<String, String>();
        for (String line : Files.readAllLines(file)) {
            int separator = line.indexOf(SEPARATOR);
            if (separator != 64) {
                throw new IOException(file.getFileName() + ": not a line of a manifest: '" + line + "'");
            }
            digests.put(line.substring(separator + SEPARATOR.length()), line.substring(0, separator));
        }
        return new Manifest(digests);
    }

    void write(Path file) throws IOException {
        var lines = new ArrayList<String>();
        digests.forEach((path, digest) -> lines.add(digest + SEPARATOR + path));
        Files.write(file, lines);
    }

    /** What is different in {@code found}, one sentence each; empty when it is the same. */
    List<String> differences(Manifest found) {
        var paths = new TreeSet<>(digests.keySet());
        paths.addAll(found.digests.keySet());
        var differences = new ArrayList<String>();
        for (String path : paths) {
            String expected = digests.get(path);
            String actual = found.digests.get(path);
            if (actual == null) {
                differences.add(path + ": missing");
            } else if (expected == null) {
                differences.add(path + ": not in the manifest");
            } else if (!expected.equals(actual)) {
                differences.add(path + ": content differs");
            }
        }
        return differences;
    }
}
