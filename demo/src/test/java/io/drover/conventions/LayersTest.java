package io.drover.conventions;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionService;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;

/** Which package may use which (docs/architecture.md). Modules are kept apart by Maven itself. */
class LayersTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.drover");
    private static final String WORKER = "io.drover.worker.";

    @Test
    void recordsKnowNothingOfTheBroker() {
        noClasses()
                .that()
                .resideInAnyPackage("io.drover.messages", "io.drover.messages.json", "io.drover.messages.time")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.drover.messages.amqp..", "com.rabbitmq..")
                .check(CLASSES);
    }

    @Test
    void onlySchemaSpeaksSql() {
        noClasses()
                .that()
                .resideInAnyPackage("io.drover.messages..", "io.drover.scheduler..", "io.drover.worker..")
                .and()
                .resideOutsideOfPackage("io.drover.scheduler.quartz..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.sql..", "org.postgresql..", "com.zaxxer..")
                .check(CLASSES);
    }

    /** Quartz writes its own tables: connections are handed to it, and that is all. */
    @Test
    void quartzIsHandedConnectionsAndNothingIsAskedOverThem() {
        noClasses()
                .that()
                .resideInAPackage("io.drover.scheduler.quartz..")
                .should()
                .dependOnClassesThat()
                .areAssignableTo(Statement.class)
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(ResultSet.class)
                .check(CLASSES);
    }

    @Test
    void aWorkerSeesOnlyItsPartOfTheSchema() {
        noClasses()
                .that()
                .resideInAPackage("io.drover.worker..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.drover.schema.scheduler..")
                .check(CLASSES);
    }

    @Test
    void protocolsStandAlone() {
        for (String protocol : new String[] {"nbd", "qmp", "wire"}) {
            noClasses()
                    .that()
                    .resideInAPackage(WORKER + protocol + "..")
                    .should()
                    .dependOnClassesThat(resideInAPackage("io.drover..").and(outside(WORKER + protocol + "..")))
                    .check(CLASSES);
        }
    }

    @Test
    void replicationKnowsOnlyItsPorts() {
        noClasses()
                .that()
                .resideInAPackage(WORKER + "replication..")
                .should()
                .dependOnClassesThat(resideInAPackage("io.drover.worker..").and(outside(WORKER + "replication..")))
                .check(CLASSES);
    }

    @Test
    void driversAndPeersKnowNothingOfMigrations() {
        noClasses()
                .that()
                .resideInAnyPackage(WORKER + "hypervisor..", WORKER + "peer..", WORKER + "image..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(WORKER + "migration..", "io.drover.worker", "io.drover.schema..")
                .check(CLASSES);
        noClasses()
                .that()
                .resideInAPackage(WORKER + "migration..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        WORKER + "hypervisor.qemu..",
                        WORKER + "peer.tcp..",
                        WORKER + "nbd..",
                        WORKER + "qmp..",
                        WORKER + "wire..",
                        "io.drover.worker")
                .check(CLASSES);
    }

    /** So the real code runs under one seed and a simulated clock, one thread at a time. */
    @Test
    void simulatedCodeWaitsOnlyThroughItsPorts() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        WORKER + "migration",
                        WORKER + "migration.steps..",
                        WORKER + "replication..",
                        "io.drover.scheduler.balancing..",
                        "io.drover.scheduler.cluster..",
                        "io.drover.scheduler.consolidation..",
                        "io.drover.scheduler.core..")
                .should()
                .dependOnClassesThat(resideInAnyPackage(
                                "java.net..", "java.nio.channels..", "java.nio.file..", "java.util.concurrent.locks..")
                        .or(waitsByItself()))
                .orShould()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(java.time.Instant.class, "now")
                .orShould()
                .callMethod(Thread.class, "sleep", long.class)
                .orShould()
                .callMethod(Thread.class, "sleep", java.time.Duration.class)
                .check(CLASSES);
    }

    /** The rules of others are played, not shipped: what decides for real machines knows nothing of them. */
    @Test
    void onlyTheCommandLineKnowsTheSimulator() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        "io.drover.messages..", "io.drover.schema..", "io.drover.scheduler..", "io.drover.worker..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.drover.simulator..")
                .check(CLASSES);
        noClasses()
                .that()
                .resideInAPackage("io.drover.simulator..")
                .should()
                .dependOnClassesThat(resideInAnyPackage("io.drover.schema..", "io.drover.worker..", "java.net..")
                        .or(resideInAPackage("io.drover.scheduler..")
                                .and(outside("io.drover.scheduler.cluster.."))
                                .and(outside("io.drover.scheduler.balancing.."))
                                .and(outside("io.drover.scheduler.consolidation.."))))
                .check(CLASSES);
    }

    /** A policy sees hosts, machines and their past: never the trace, which holds the future. */
    @Test
    void policiesDoNotSeeTheTrace() {
        noClasses()
                .that()
                .resideInAnyPackage("io.drover.simulator.stock.policy..", "io.drover.simulator.stock.fleet..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.drover.simulator.trace..")
                .check(CLASSES);
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching("io.drover.(messages|schema|testbed|cli|demo).(*)..")
                .should()
                .beFreeOfCycles()
                .check(CLASSES);
        slices().matching("io.drover.worker.(*)..").should().beFreeOfCycles().check(CLASSES);
        slices().matching("io.drover.scheduler.(*)..").should().beFreeOfCycles().check(CLASSES);
    }

    private static DescribedPredicate<JavaClass> outside(String packages) {
        return DescribedPredicate.not(resideInAPackage(packages));
    }

    private static DescribedPredicate<JavaClass> waitsByItself() {
        return JavaClass.Predicates.assignableTo(BlockingQueue.class)
                .or(JavaClass.Predicates.assignableTo(CountDownLatch.class))
                .or(JavaClass.Predicates.assignableTo(Semaphore.class))
                .or(JavaClass.Predicates.assignableTo(CyclicBarrier.class))
                .or(JavaClass.Predicates.assignableTo(CompletionService.class))
                .or(JavaClass.Predicates.assignableTo(Future.class));
    }
}
