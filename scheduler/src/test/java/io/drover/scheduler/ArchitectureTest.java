package io.drover.scheduler;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import java.time.Clock;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** The core runs under the simulation's clock, so it reaches the world through ports only. */
class ArchitectureTest {
    private static final String[] CORE = {
        "io.drover.scheduler.cluster..",
        "io.drover.scheduler.balancing..",
        "io.drover.scheduler.consolidation..",
        "io.drover.scheduler.control.."
    };
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.drover.scheduler");

    @Test
    void theCoreWaitsAndConnectsThroughPortsOnly() {
        assertThat(CLASSES).isNotEmpty();
        noClasses()
                .that()
                .resideInAnyPackage(CORE)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "java.net..",
                        "java.nio.channels..",
                        "java.nio.file..",
                        "java.sql..",
                        "javax.sql..",
                        "java.util.concurrent..",
                        "com.sun.net..",
                        "com.rabbitmq..",
                        "org.quartz..",
                        "io.drover.messages.amqp..",
                        "io.drover.scheduler.bus..",
                        "io.drover.scheduler.http..",
                        "io.drover.scheduler.quartz..")
                .check(CLASSES);
    }

    @Test
    void theCoreAsksTheClockForTimeAndThePortForChance() {
        noClasses()
                .that()
                .resideInAnyPackage(CORE)
                .should()
                .callMethod(Thread.class, "sleep", long.class)
                .orShould()
                .callMethod(Thread.class, "sleep", java.time.Duration.class)
                .orShould()
                .callMethod(Instant.class, "now")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(Object.class, "wait", long.class)
                .orShould()
                .callMethod(java.util.UUID.class, "randomUUID")
                .orShould()
                .callMethod(Math.class, "random")
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(Clock.class)
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(java.util.Random.class)
                .check(CLASSES);
    }

    @Test
    void strategiesSeeNothingButTheSnapshot() {
        noClasses()
                .that()
                .resideInAPackage("io.drover.scheduler.balancing..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.drover.schema..", "io.drover.scheduler.control..")
                .check(CLASSES);
    }

    @Test
    void packagesHaveNoCycles() {
        SlicesRuleDefinition.slices()
                .matching("io.drover.scheduler.(*)..")
                .should()
                .beFreeOfCycles()
                .check(CLASSES);
    }
}
