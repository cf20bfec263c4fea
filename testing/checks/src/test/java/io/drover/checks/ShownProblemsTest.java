package io.drover.checks;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget.MethodCallTarget;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What an exception of a file tells is a path and little else: {@code FileProblem} makes a sentence of it. */
@Tag("attack")
class ShownProblemsTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.drover");

    private static final Set<String> OF_FILES =
            Set.of(IOException.class.getName(), FileSystemException.class.getName());

    @Test
    @DisplayName("O2: no program shows the message of an IOException as it is")
    void filesProblemsAreToldBySentences() {
        noClasses()
                // Protocols stand alone: what they read and write are sockets, whose exceptions tell.
                .that(resideInAnyPackage(
                                "io.drover.worker..", "io.drover.scheduler..", "io.drover.cli..", "io.drover.schema..")
                        .and(DescribedPredicate.not(resideInAnyPackage(
                                "io.drover.worker.libvirt..",
                                "io.drover.worker.nbd..",
                                "io.drover.worker.qmp..",
                                "io.drover.worker.wire.."))))
                .should()
                .callMethodWhere(new DescribedPredicate<JavaMethodCall>("the message of an IOException is taken") {
                    @Override
                    public boolean test(JavaMethodCall call) {
                        MethodCallTarget target = call.getTarget();
                        return target.getName().equals("getMessage")
                                && OF_FILES.contains(target.getOwner().getName());
                    }
                })
                .check(CLASSES);
    }
}
