package io.drover.schema.inspection;

import io.drover.schema.SchemaMigrator;
import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;

/**
 * The migrations that this program was built with.
 *
 * @param texts by file name
 */
record BundledMigrations(Map<String, String> texts) {
    private static final String FOLDER = "db/migration/";
    /** One that is always there. */
    private static final String KNOWN = "afterConnect.sql";

    private static final Pattern FILE = Pattern.compile("[VR]\\d*__.*\\.sql");
    private static final Pattern GRANT = Pattern.compile(
            "GRANT (SELECT|EXECUTE) ON (?:FUNCTION\\s+)?(drover_api\\..*?)\\s+TO\\s+([a-z_, ]+);", Pattern.DOTALL);
    /** Commas between objects, not between the arguments of a function. */
    private static final Pattern BETWEEN_OBJECTS = Pattern.compile(",\\s*(?=drover_api\\.)");

    /**
     * A right that a migration gives.
     *
     * @param object a view, or a function with the types of its arguments
     */
    record Grant(String privilege, String object) {}

    static BundledMigrations read() {
        try {
            // Not by the class's own place: a class of a shared archive does not name it.
            URL known = Objects.requireNonNull(SchemaMigrator.class.getResource("/" + FOLDER + KNOWN));
            URLConnection connection = known.openConnection();
            return new BundledMigrations(
                    connection instanceof JarURLConnection jar
                            ? ofJar(jar)
                            : ofFolder(Objects.requireNonNull(
                                    Path.of(known.toURI()).getParent())));
        } catch (IOException | URISyntaxException e) {
            throw new IllegalStateException("the class path has no " + FOLDER, e);
        }
    }

    private static Map<String, String> ofFolder(Path folder) throws IOException {
        var texts = new TreeMap<String, String>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                texts.put(file.getFileName().toString(), Files.readString(file));
            }
        }
        texts.keySet().removeIf(name -> !FILE.matcher(name).matches());
        return texts;
    }

    private static Map<String, String> ofJar(JarURLConnection connection) throws IOException {
        var texts = new TreeMap<String, String>();
        // Closed here, and nobody else's.
        connection.setUseCaches(false);
        try (JarFile jar = connection.getJarFile()) {
            for (ZipEntry entry : jar.stream().toList()) {
                String name = entry.getName().substring(entry.getName().lastIndexOf('/') + 1);
                if (entry.getName().startsWith(FOLDER) && FILE.matcher(name).matches()) {
                    try (InputStream in = jar.getInputStream(entry)) {
                        texts.put(name, new String(in.readAllBytes(), StandardCharsets.UTF_8));
                    }
                }
            }
        }
        return texts;
    }

    /** As Flyway computes it: of the lines, without what ends them. */
    int checksum(String script) {
        var crc = new CRC32();
        texts.getOrDefault(script, "").lines().forEach(line -> crc.update(line.getBytes(StandardCharsets.UTF_8)));
        return (int) crc.getValue();
    }

    /** What a role may do in the schema {@code drover_api}. */
    List<Grant> grants(String role) {
        var grants = new ArrayList<Grant>();
        for (String text : texts.values()) {
            Matcher grant = GRANT.matcher(text);
            while (grant.find()) {
                if (List.of(grant.group(3).split(",\\s*", -1)).contains(role)) {
                    for (String object : BETWEEN_OBJECTS.split(grant.group(2), -1)) {
                        grants.add(new Grant(grant.group(1), object));
                    }
                }
            }
        }
        return grants;
    }
}
