package io.drover.checks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What sources and documents refer to is in the repository: no sections of a design that is not, no broken links. */
class ReferencesTest {
    private static final Path ROOT = Path.of("../..").toAbsolutePath().normalize();

    /** Also broken into two lines of a comment. */
    private static final Pattern DANGLING = Pattern.compile("\\bdesign[\\s*/-]+[0-9]");

    /** A document that is named by its path from the root. */
    private static final Pattern NAMED = Pattern.compile("\\bdocs/[\\w/.-]+\\.md\\b");

    /** A link within the repository: {@code [text](file#anchor)}, either part of the target left out. */
    private static final Pattern LINK = Pattern.compile("]\\((?!https?:)([^)#\\s]*)(?:#([^)\\s]+))?\\)");

    private static final Pattern HEADING = Pattern.compile("(?m)^#{1,6} +(.+?) *$");
    private static final Pattern FENCED = Pattern.compile("(?ms)^```.*?^```");

    @Test
    void noSourceRefersToADesignThatIsNotHere() throws IOException {
        List<Path> sources = sources();
        assertThat(references(DANGLING, sources)).isEmpty();
        // A rule over nothing would always hold.
        assertThat(sources)
                .hasSizeGreaterThan(500)
                .anyMatch(path -> path.toString().endsWith(".sql"))
                .anyMatch(path -> path.endsWith("docs/architecture.md"));
    }

    @Test
    void everyDocumentThatASourceNamesExists() throws IOException {
        List<Reference> named = references(NAMED, sources());
        assertThat(named)
                .filteredOn(reference -> !Files.exists(ROOT.resolve(reference.text())))
                .isEmpty();
        assertThat(named).hasSizeGreaterThan(20);
    }

    @Test
    void everyLinkOfADocumentLeadsSomewhere() throws IOException {
        List<String> broken = new ArrayList<>();
        int links = 0;
        for (Path document : documents()) {
            Matcher link =
                    LINK.matcher(FENCED.matcher(Files.readString(document)).replaceAll(""));
            while (link.find()) {
                links++;
                String file = link.group(1);
                Path target = file.isEmpty()
                        ? document
                        : document.resolveSibling(file).normalize();
                String anchor = link.group(2);
                if (!Files.exists(target) || (anchor != null && !anchors(target).contains(anchor))) {
                    broken.add(ROOT.relativize(document) + ": " + link.group());
                }
            }
        }
        assertThat(broken).isEmpty();
        assertThat(links).isGreaterThan(100);
    }

    /** The headings of a document as GitHub makes anchors of them. */
    private static Set<String> anchors(Path document) throws IOException {
        Set<String> anchors = new HashSet<>();
        Map<String, Integer> times = new HashMap<>();
        Matcher heading =
                HEADING.matcher(FENCED.matcher(Files.readString(document)).replaceAll(""));
        while (heading.find()) {
            String words =
                    heading.group(1).replaceAll("\\[([^]]*)]\\([^)]*\\)", "$1").toLowerCase(Locale.ROOT);
            String anchor = words.replaceAll("[^\\p{L}\\p{N}_ -]", "").replace(' ', '-');
            int before = times.merge(anchor, 1, Integer::sum) - 1;
            anchors.add(before == 0 ? anchor : anchor + "-" + before);
        }
        return anchors;
    }

    /** What was found where. */
    private record Reference(Path source, long line, String text) {
        @Override
        public String toString() {
            return ROOT.relativize(source) + ":" + line + ": " + text;
        }
    }

    private static List<Reference> references(Pattern pattern, List<Path> sources) throws IOException {
        List<Reference> references = new ArrayList<>();
        for (Path source : sources) {
            String text = Files.readString(source);
            Matcher reference = pattern.matcher(text);
            while (reference.find()) {
                long line = 1
                        + text.substring(0, reference.start())
                                .chars()
                                .filter(c -> c == '\n')
                                .count();
                references.add(new Reference(source, line, reference.group()));
            }
        }
        return references;
    }

    /** Java, SQL and documents, without what is built and without the decision records, which are history. */
    private static List<Path> sources() throws IOException {
        return files(Set.of("java", "sql", "md"), Set.of(ROOT.resolve("docs/decisions")));
    }

    /** The decision records too: what they link to stays. */
    private static List<Path> documents() throws IOException {
        return files(Set.of("md"), Set.of());
    }

    private static List<Path> files(Set<String> extensions, Set<Path> passedOver) throws IOException {
        List<Path> found = new ArrayList<>();
        Files.walkFileTree(ROOT, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                String name = String.valueOf(folder.getFileName());
                boolean isPassedOver = name.equals("target")
                        || (name.startsWith(".") && !folder.equals(ROOT))
                        || passedOver.contains(folder);
                return isPassedOver ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                String name = String.valueOf(file.getFileName());
                if (extensions.contains(name.substring(name.lastIndexOf('.') + 1))) {
                    found.add(file);
                }
                return FileVisitResult.CONTINUE;
            }
        });
        return found;
    }
}
