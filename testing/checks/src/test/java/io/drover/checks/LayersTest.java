package io.drover.checks;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Clock;
import java.time.Instant;
import java.util.Random;
import java.util.UUID;
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
    private static final String BALANCING = "io.drover.scheduler.balancing";

    /** What the simulation runs under one seed and a clock of its own, one thread at a time. */
    private static final String[] SIMULATED = ours(
            WORKER + "migration.source",
            WORKER + "migration.source.step",
            WORKER + "migration.destination",
            WORKER + "ownership",
            WORKER + "replication..",
            BALANCING + "..",
            "io.drover.scheduler.cluster..",
            "io.drover.scheduler.control..");

    @Test
    void recordsKnowNothingOfTheBroker() {
        noClasses()
                .that()
                .resideInAnyPackage(ours(
                        "io.drover.messages",
                        "io.drover.messages.api..",
                        "io.drover.messages.evidence..",
                        "io.drover.messages.json",
                        "io.drover.messages.time"))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.drover.messages.amqp..", "com.rabbitmq..")
                .check(CLASSES);
    }

    @Test
    void onlySchemaSpeaksSql() {
        noClasses()
                .that()
                .resideInAnyPackage(ours("io.drover.messages..", "io.drover.scheduler..", "io.drover.worker.."))
                .and()
                .resideOutsideOfPackage("io.drover.scheduler.quartz..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.sql..", "org.postgresql..", "com.zaxxer..")
                .check(CLASSES);
    }

    @Test
    void onlyTheHttpServerKnowsJetty() {
        noClasses()
                .that()
                .resideOutsideOfPackages(ours("io.drover.messages.http"))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.eclipse.jetty..")
                .check(CLASSES);
    }

    /** Quartz writes its own tables: connections are handed to it, and that is all. */
    @Test
    void quartzIsHandedConnectionsAndNothingIsAskedOverThem() {
        noClasses()
                .that()
                .resideInAnyPackage(ours("io.drover.scheduler.quartz.."))
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
                .resideInAnyPackage(ours("io.drover.worker.."))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(ours("io.drover.schema.scheduler.."))
                .check(CLASSES);
    }

    @Test
    void protocolsStandAlone() {
        for (String protocol : ours(WORKER + "libvirt..", WORKER + "nbd..", WORKER + "qmp..", WORKER + "wire..")) {
            noClasses()
                    .that()
                    .resideInAPackage(protocol)
                    .should()
                    .dependOnClassesThat(resideInAPackage("io.drover..").and(outside(protocol)))
                    .check(CLASSES);
        }
    }

    @Test
    void replicationKnowsOnlyItsPorts() {
        noClasses()
                .that()
                .resideInAnyPackage(ours(WORKER + "replication.."))
                .should()
                .dependOnClassesThat(resideInAPackage("io.drover.worker..").and(outside(WORKER + "replication..")))
                .check(CLASSES);
    }

    @Test
    void driversAndPeersKnowNothingOfMigrations() {
        noClasses()
                .that()
                .resideInAnyPackage(ours(WORKER + "hypervisor..", WORKER + "peer..", WORKER + "image.."))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        ours(WORKER + "migration..", WORKER + "ownership..", "io.drover.worker", "io.drover.schema.."))
                .check(CLASSES);
        noClasses()
                .that()
                .resideInAnyPackage(ours(WORKER + "migration..", WORKER + "ownership.."))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(ours(
                        WORKER + "hypervisor.qemu..",
                        WORKER + "peer.call..",
                        WORKER + "peer.channel..",
                        WORKER + "peer.client..",
                        WORKER + "peer.server..",
                        WORKER + "image.file..",
                        WORKER + "image.local..",
                        WORKER + "image.qcow2..",
                        WORKER + "libvirt..",
                        WORKER + "nbd..",
                        WORKER + "qmp..",
                        WORKER + "wire..",
                        "io.drover.worker"))
                .check(CLASSES);
    }

    /** Texts in, records and texts out: no connection, no file and no clock. */
    @Test
    void domainsOfLibvirtAreUnderstoodWithoutLibvirt() {
        String[] pure = ours(WORKER + "hypervisor.libvirt.xml..", WORKER + "hypervisor.libvirt.domain..");
        noClasses()
                .that()
                .resideInAnyPackage(pure)
                .should()
                .dependOnClassesThat(resideInAPackage("io.drover.worker..")
                        .and(DescribedPredicate.not(resideInAnyPackage(pure)))
                        .or(resideInAnyPackage(
                                "java.net..",
                                "java.nio.file..",
                                "java.nio.channels..",
                                "java.time..",
                                "java.util.concurrent..")))
                .check(CLASSES);
    }

    /** Each half of a migration runs on a host of its own: they meet in the peer protocol and in the database. */
    @Test
    void sourceAndDestinationKnowNothingOfEachOther() {
        String[] halves = ours(WORKER + "migration.source..", WORKER + "migration.destination..");
        String[] ends = ours(WORKER + "peer.client..", WORKER + "peer.server..");
        for (String[] pair : new String[][] {halves, ends}) {
            noClasses()
                    .that()
                    .resideInAPackage(pair[0])
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage(pair[1])
                    .check(CLASSES);
            noClasses()
                    .that()
                    .resideInAPackage(pair[1])
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage(pair[0])
                    .check(CLASSES);
        }
    }

    @Test
    void simulatedCodeReachesOutOnlyThroughItsPorts() {
        noClasses()
                .that()
                .resideInAnyPackage(SIMULATED)
                .should()
                .dependOnClassesThat(resideInAnyPackage(
                                "java.net..",
                                "java.nio.channels..",
                                "java.nio.file..",
                                "java.util.concurrent.locks..",
                                "com.sun.net..",
                                "com.rabbitmq..",
                                "org.quartz..")
                        .or(resideInAnyPackage(ours("io.drover.messages.amqp..")))
                        .or(JavaClass.Predicates.assignableTo(Process.class))
                        .or(JavaClass.Predicates.assignableTo(Random.class))
                        .or(waitsByItself()))
                .check(CLASSES);
        noClasses()
                .that()
                .resideInAnyPackage(ours(WORKER + "migration..", WORKER + "ownership.."))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.util.random..")
                .check(CLASSES);
        noClasses()
                .that()
                .resideInAnyPackage(
                        ours("io.drover.scheduler.cluster..", BALANCING + "..", "io.drover.scheduler.control.."))
                .should()
                .dependOnClassesThat(resideInAnyPackage("javax.sql..")
                        .or(resideInAnyPackage(ours(
                                "io.drover.scheduler.bus..",
                                "io.drover.scheduler.http..",
                                "io.drover.scheduler.quartz.."))))
                .check(CLASSES);
    }

    @Test
    void simulatedCodeAsksThePortForTimeAndChance() {
        noClasses()
                .that()
                .resideInAnyPackage(SIMULATED)
                .should()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(Instant.class, "now")
                .orShould()
                .callMethod(Thread.class, "sleep", long.class)
                .orShould()
                .callMethod(Thread.class, "sleep", java.time.Duration.class)
                .orShould()
                .callMethod(Object.class, "wait")
                .orShould()
                .callMethod(Object.class, "wait", long.class)
                .orShould()
                .callMethod(UUID.class, "randomUUID")
                .orShould()
                .callMethod(Math.class, "random")
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(Clock.class)
                .check(CLASSES);
    }

    /** The NBD server and the gateway behind a write mirror have no clock. */
    @Test
    void onlyTheClockPutsAThreadToSleep() {
        noClasses()
                .that()
                .resideOutsideOfPackages(
                        ours("io.drover.messages.time", WORKER + "nbd.server", WORKER + "hypervisor.qemu.block"))
                .should()
                .callMethod(Thread.class, "sleep", long.class)
                .orShould()
                .callMethod(Thread.class, "sleep", java.time.Duration.class)
                .check(CLASSES);
    }

    @Test
    void strategiesSeeNothingButTheSnapshot() {
        noClasses()
                .that()
                .resideInAnyPackage(ours(BALANCING + ".."))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(ours("io.drover.schema..", "io.drover.scheduler.control.."))
                .check(CLASSES);
    }

    /** What they read over HTTP are the documents of {@code messages.api}, not the rows these are made of. */
    @Test
    void operatorsCommandsKnowNothingOfTheDatabase() {
        noClasses()
                .that()
                .resideInAnyPackage(ours("io.drover.cli.operator..", "io.drover.cli.api.."))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(ours("io.drover.schema.."))
                .check(CLASSES);
    }

    /** The rules of others are played, not shipped: what decides for real VMs knows nothing of them. */
    @Test
    void onlyTheCommandLineKnowsTheSimulator() {
        noClasses()
                .that()
                .resideInAnyPackage(ours(
                        "io.drover.messages..", "io.drover.schema..", "io.drover.scheduler..", "io.drover.worker.."))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(ours("io.drover.simulator.."))
                .check(CLASSES);
        noClasses()
                .that()
                .resideInAnyPackage(ours("io.drover.simulator.."))
                .should()
                .dependOnClassesThat(resideInAnyPackage("io.drover.schema..", "io.drover.worker..", "java.net..")
                        .or(resideInAPackage("io.drover.scheduler..")
                                .and(outside("io.drover.scheduler.cluster.."))
                                .and(outside(BALANCING + ".."))))
                .check(CLASSES);
    }

    /** A policy sees hosts, VMs and their past: never the trace, which holds the future. */
    @Test
    void policiesDoNotSeeTheTrace() {
        noClasses()
                .that()
                .resideInAnyPackage(ours(
                        "io.drover.simulator.cloudsim.policy..",
                        "io.drover.simulator.cloudsim.fleet..",
                        "io.drover.simulator.localdisk.policy.."))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(ours("io.drover.simulator.trace.."))
                .check(CLASSES);
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching("io.drover.(**)").should().beFreeOfCycles().check(CLASSES);
    }

    /** The patterns, each of which matches something: a rule about nothing would always hold. */
    private static String[] ours(String... patterns) {
        for (String pattern : patterns) {
            assertThat(CLASSES.that(resideInAPackage(pattern))).as(pattern).isNotEmpty();
        }
        return patterns;
    }

    private static DescribedPredicate<JavaClass> outside(String packages) {
        return DescribedPredicate.not(resideInAnyPackage(ours(packages)));
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
