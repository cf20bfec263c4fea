package io.drover.checks;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.LineMap;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Packages of at most 25 types, files under 500 lines, methods under 60, at most 6 parameters, no catch-all names
 * (docs: CONTRIBUTING.md).
 */
class SourceSizeTest {
    private static final Path ROOT = Path.of("../..").toAbsolutePath().normalize();
    private static final int PACKAGE_TYPES_MAX = 25;
    private static final int FILE_LINES_MAX = 500;
    private static final int METHOD_LINES_MAX = 60;
    private static final int PARAMETERS_MAX = 6;
    private static final Pattern VAGUE_NAME =
            Pattern.compile(".*(Util|Utils|Helper|Helpers|Manager|Impl|Common)$|^(Abstract|I[A-Z]).*");

    @Test
    void filesAreShort() throws IOException {
        List<String> tooLong = new ArrayList<>();
        for (Path source : sources()) {
            long lines = Files.readAllLines(source).size();
            if (lines > FILE_LINES_MAX) {
                tooLong.add(source + ": " + lines + " lines");
            }
        }
        assertThat(tooLong).isEmpty();
    }

    @Test
    void packagesAreSmall() throws IOException {
        Map<Path, Long> types = sources().stream()
                .filter(source -> !source.endsWith("package-info.java"))
                .collect(Collectors.groupingBy(SourceSizeTest::folder, TreeMap::new, Collectors.counting()));
        types.values().removeIf(count -> count <= PACKAGE_TYPES_MAX);
        assertThat(types).isEmpty();
    }

    @Test
    void noSimpleNameStandsForTwoTypes() throws IOException {
        Map<Path, List<Path>> named = sources().stream()
                .filter(source -> source.toString().contains("/src/main/"))
                .filter(source -> !source.endsWith("package-info.java"))
                .collect(Collectors.groupingBy(SourceSizeTest::fileName, TreeMap::new, Collectors.toList()));
        named.values().removeIf(sources -> sources.size() == 1);
        assertThat(named).isEmpty();
    }

    private static Path folder(Path source) {
        return Objects.requireNonNull(source.getParent());
    }

    private static Path fileName(Path source) {
        return Objects.requireNonNull(source.getFileName());
    }

    @Test
    void methodsAreShortAndNamesSaySomething() throws IOException {
        var compiler = ToolProvider.getSystemJavaCompiler();
        List<String> faults = new ArrayList<>();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, Locale.ROOT, null)) {
            var task = (JavacTask)
                    compiler.getTask(null, files, null, null, null, files.getJavaFileObjectsFromPaths(sources()));
            SourcePositions positions = Trees.instance(task).getSourcePositions();
            for (CompilationUnitTree unit : task.parse()) {
                new Measure(unit, positions, faults).scan(unit, null);
            }
        }
        assertThat(faults).isEmpty();
    }

    @Test
    void theTreeIsFound() throws IOException {
        // A rule over nothing would always hold.
        assertThat(sources()).hasSizeGreaterThan(500).anyMatch(path -> path.startsWith(ROOT.resolve("testing")));
    }

    private static List<Path> sources() throws IOException {
        try (Stream<Path> poms = Files.find(ROOT, 3, (path, _) -> path.endsWith("pom.xml"))) {
            List<Path> found = new ArrayList<>();
            for (Path module : poms.map(SourceSizeTest::folder).toList()) {
                if (Files.isDirectory(module.resolve("src"))) {
                    try (Stream<Path> files = Files.walk(module.resolve("src"))) {
                        files.filter(path -> path.toString().endsWith(".java")).forEach(found::add);
                    }
                }
            }
            return found;
        }
    }

    /** Collects what is too long, takes too much or has a name that says nothing. */
    private static final class Measure extends TreeScanner<@Nullable Void, @Nullable Void> {
        private final CompilationUnitTree unit;
        private final SourcePositions positions;
        private final List<String> faults;
        private Tree.Kind kind = Tree.Kind.COMPILATION_UNIT;

        Measure(CompilationUnitTree unit, SourcePositions positions, List<String> faults) {
            this.unit = unit;
            this.positions = positions;
            this.faults = faults;
        }

        @Override
        public @Nullable Void visitClass(ClassTree type, @Nullable Void unused) {
            if (VAGUE_NAME.matcher(type.getSimpleName()).matches()) {
                fault(type, "the name " + type.getSimpleName() + " says nothing");
            }
            Tree.Kind outer = kind;
            kind = type.getKind();
            super.visitClass(type, null);
            kind = outer;
            return null;
        }

        @Override
        public @Nullable Void visitMethod(MethodTree method, @Nullable Void unused) {
            long lines =
                    line(positions.getEndPosition(unit, method)) - line(positions.getStartPosition(unit, method)) + 1;
            if (lines > METHOD_LINES_MAX) {
                fault(method, method.getName() + " has " + lines + " lines");
            }
            if (method.getParameters().size() > PARAMETERS_MAX && !canonicalOfRecord(method)) {
                fault(
                        method,
                        method.getName() + " takes " + method.getParameters().size() + " parameters");
            }
            return super.visitMethod(method, null);
        }

        // A record may have as many components as the thing it describes.
        private boolean canonicalOfRecord(MethodTree method) {
            return method.getName().contentEquals("<init>") && kind == Tree.Kind.RECORD;
        }

        private long line(long position) {
            LineMap map = unit.getLineMap();
            return map.getLineNumber(position);
        }

        private void fault(Tree tree, String what) {
            long line = line(positions.getStartPosition(unit, tree));
            faults.add(unit.getSourceFile().getName() + ":" + line + ": " + what);
        }
    }
}
