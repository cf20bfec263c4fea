package io.drover.checks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Sources and documents refer to nothing that is outside of the repository: no sections of a design that is not in it. */
class ReferencesTest {
    private static final Path ROOT = Path.of("../..").toAbsolutePath().normalize();

    /** Also broken into two lines of a comment. */
    private static final Pattern DANGLING = Pattern.compile("\\bdesign[\\s*/-]+[0-9]");

    @Test
    void noSourceRefersToADesignThatIsNotHere() throws IOException {
        List<Path> sources = sources();
        List<String> dangling = new ArrayList<>();
        for (Path source : sources) {
            String text = Files.readString(source);
            Matcher reference = DANGLING.matcher(text);
            while (reference.find()) {
                long line = text.substring(0, reference.start()).lines().count();
                dangling.add(ROOT.relativize(source) + ":" + line + ": " + reference.group());
            }
        }
        assertThat(dangling).isEmpty();
        // A rule over nothing would always hold.
        assertThat(sources)
                .hasSizeGreaterThan(500)
                .anyMatch(path -> path.toString().endsWith(".sql"))
                .anyMatch(path -> path.endsWith("docs/architecture.md"));
    }

    /** Java, SQL and documents, without what is built and without the decision records, which are history. */
    private static List<Path> sources() throws IOException {
        List<Path> found = new ArrayList<>();
        Files.walkFileTree(ROOT, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                String name = String.valueOf(folder.getFileName());
                boolean isPassedOver = name.equals("target")
                        || (name.startsWith(".") && !folder.equals(ROOT))
                        || folder.equals(ROOT.resolve("docs/decisions"));
                return isPassedOver ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                String name = String.valueOf(file.getFileName());
                if (Set.of("java", "sql", "md").contains(name.substring(name.lastIndexOf('.') + 1))) {
                    found.add(file);
                }
                return FileVisitResult.CONTINUE;
            }
        });
        return found;
    }
}
