package io.drover.worker.migration;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.Lock;
import org.junit.jupiter.api.Test;

/** Everything that waits or reaches out goes through a port, or the simulation would not simulate it. */
class MigrationPortsTest {
    private static final String[] CONTROL = {"io.drover.worker.migration", "io.drover.worker.migration.steps"};
    private final JavaClasses classes = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.drover.worker.migration");

    @Test
    void noFilesSocketsOrProcesses() {
        noClasses()
                .that()
                .resideInAnyPackage(CONTROL)
                .should()
                .dependOnClassesThat(resideInAnyPackage("java.nio.file..", "java.nio.channels..", "java.net.."))
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(Process.class)
                .check(classes);
    }

    @Test
    void noWaitButTheClock() {
        noClasses()
                .that()
                .resideInAnyPackage(CONTROL)
                .should()
                .callMethod(Thread.class, "sleep", long.class)
                .orShould()
                .callMethod(Thread.class, "sleep", java.time.Duration.class)
                .orShould()
                .callMethod(Object.class, "wait")
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(Lock.class)
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(CountDownLatch.class)
                .orShould()
                .dependOnClassesThat(resideInAnyPackage("java.util.concurrent.locks.."))
                .orShould()
                .dependOnClassesThat()
                .haveNameMatching("java\\.util\\.concurrent\\.(Future|CompletableFuture|.*Queue|Semaphore|.*Barrier)")
                .check(classes);
    }

    @Test
    void noClockButThePort() {
        noClasses()
                .that()
                .resideInAnyPackage(CONTROL)
                .should()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(java.time.Instant.class, "now")
                .orShould()
                .dependOnClassesThat(resideInAnyPackage("java.util.random.."))
                .check(classes);
    }
}
