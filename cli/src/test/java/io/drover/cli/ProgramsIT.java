package io.drover.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.messages.DiskId;
import io.drover.messages.VmDefinition;
import io.drover.messages.VmId;
import io.drover.messages.json.DroverJson;
import io.drover.messages.time.Clock;
import io.drover.messages.time.SystemClock;
import io.drover.testbed.evidence.ConsoleRecorder;
import io.drover.testbed.evidence.HeartbeatEvidence;
import io.drover.testbed.evidence.HeartbeatLimits;
import io.drover.testbed.guest.Checkout;
import io.drover.testbed.guest.GuestSize;
import io.drover.testbed.guest.Guests;
import io.drover.testbed.guest.WitnessLoad;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Everything an operator does, by commands alone: set-up, a VM defined and started, moved there and back, wrong
 * requests, a worker restarted under a running guest, the VM stopped.
 */
final class ProgramsIT {
    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final HeartbeatLimits LIMITS =
            new HeartbeatLimits(5, Duration.ofSeconds(30).toNanos());
    private static final VmId VM = new VmId(UUID.fromString("5f6f3f0e-2f7c-4a37-9a61-0d4c2b7e9a02"));

    private final Clock clock = new SystemClock();

    @Test
    void anOperatorsDay(@TempDir Path scratch) throws Exception {
        Guests guests = Guests.prepare(Checkout.find());
        VmDefinition web1 = guests.define(VM, "web1", GuestSize.SMALL, WitnessLoad.SMALL);
        Path definition = Files.writeString(
                scratch.resolve("web1.json"), DroverJson.mapper().writeValueAsString(web1));
        try (var programs = new Programs()) {
            programs.start();
            guests.createImages(web1, GuestSize.SMALL, programs.images("host1"));
            try (var first = ConsoleRecorder.start("host1", programs.console("host1", VM), clock);
                    var second = ConsoleRecorder.start("host2", programs.console("host2", VM), clock)) {
                startVm(
                        programs,
                        definition,
                        Guests.imageOf(web1, new DiskId("data"), programs.images("host1")),
                        first);
                refusals(programs, definition);
                moveAndRestartWorker(programs, second);
                try (var third = ConsoleRecorder.start("host1 again", programs.console("host1", VM), clock)) {
                    moveBack(programs, third);
                    assertOneRunner(List.of(first, second, third));
                }
            }
            doctors(programs);
            stopVm(programs);
            assertThat(programs.json("vms").get(0).has("trouble")).isFalse();
            schedulersThatCannotTakePart(programs);
        }
    }

    /** What is well is said to be, while the programs run; what is made wrong is found, each by its own line. */
    private static void doctors(Programs programs) throws IOException {
        CommandRun worker = CommandRun.live(programs.doctor("host1", Map.of()));
        succeed(worker, "the login is the one of host host1, with the rights of a worker");
        assertThat(worker.out())
                .contains(
                        "the database has the schema of this version",
                        "the clock of PostgreSQL and this one agree",
                        "has the right to make and bind the queue drover_worker.host1",
                        "has the right to read the queue drover_worker.host1",
                        "has the right to publish load.host1 to drover_fleet",
                        "reaches 1 other workers",
                        "those of 1 peers agree",
                        "as all 1 others",
                        "0 FAIL,");
        CommandRun scheduler = CommandRun.live(programs.doctor("scheduler", Map.of()));
        succeed(scheduler, "the login has the rights of a scheduler, and a write was committed");
        assertThat(scheduler.out()).contains("a scheduler answers", "as all 2 others");
        succeed(programs.drover("doctor", "--console"), "2 hosts are heard of, and use the broker");
        Map<String, String> mistakes = Map.of(
                "host", "host1",
                "images.folder", "/no/images",
                "rabbit.password", "wrong",
                "peer.encryption", "off-insecure",
                "peer.address", "0.0.0.0");
        // By a clock that stands at a time long ago.
        CommandRun wrong = CommandRun.of(false, programs.doctor("host2", mistakes));
        assertThat(wrong.exitCode()).as(wrong.out()).isEqualTo(2);
        assertThat(wrong.out())
                .contains(
                        "FAIL  clock            the clock of PostgreSQL is ",
                        "FAIL  database rights  the login is the one of host host2, not of host1",
                        "FAIL  folders          images.folder: /no/images does not exist",
                        "FAIL  broker           RabbitMQ at ",
                        "ACCESS_REFUSED",
                        "FAIL  names            peer.address: 0.0.0.0 is what the other hosts are told");
        // The worker that was looked at has kept its session and its queue.
        succeed(programs.drover("hosts"), "host1");
        assertThat(programs.json("hosts"))
                .allSatisfy(host -> assertThat(host.has("broker_trouble")).isFalse());
    }

    /** O4, O5: one waits for the broker, of the other a part dies in the start. */
    private static void schedulersThatCannotTakePart(Programs programs) throws Exception {
        programs.startScheduler("brokerless", Map.of("rabbit.port", "1"), List.of());
        // Quartz needs java.desktop; without it the start ends by an Error, and the program looked healthy once.
        programs.startScheduler(
                "crippled",
                Map.of(),
                List.of(
                        "--limit-modules",
                        "java.base,java.management,java.naming,java.net.http,java.rmi,"
                                + "java.security.jgss,java.security.sasl,java.sql,jdk.httpserver,jdk.management,jdk.unsupported"));
        assertThat(programs.awaitEnd("crippled", false)).isEqualTo(70);
        assertThat(programs.logOf("crippled")).contains("'scheduler-start'");
        programs.awaitLog("brokerless", "RabbitMQ at 127.0.0.1:1 is away");
        assertThat(programs.awaitEnd("brokerless", true)).isEqualTo(143);
        assertThat(programs.logOf("brokerless")).doesNotContain("a defect", "IllegalThreadState");
    }

    private static void succeed(CommandRun run, String says) {
        assertThat(run.exitCode()).as("%s%n%s", run.out(), run.err()).isZero();
        assertThat(run.out()).contains(says);
    }

    private static void fail(CommandRun run, int exitCode, String says) {
        assertThat(run.exitCode()).as("%s%n%s", run.out(), run.err()).isEqualTo(exitCode);
        assertThat(run.err()).contains(says);
    }

    private static void rejected(CommandRun run, String names) {
        assertThat(run.exitCode()).as("%s%n%s", run.out(), run.err()).isEqualTo(1);
        assertThat(run.out()).contains("web1 stays on host1, rejected: ").contains(names);
    }

    private static void startVm(Programs programs, Path definition, Path image, ConsoleRecorder console)
            throws Exception {
        succeed(
                programs.drover("vm", "define", definition.toString(), "--host", "host1"),
                "web1 is defined on host1, id " + VM);
        imageOfAnotherUser(programs, image);
        succeed(programs.drover("vm", "start", "web1", "--wait"), "web1 is running on host1");
        assertThat(console.awaitHeartbeat(30, LIMIT)).isTrue();
        succeed(programs.drover("hosts"), "QEMU 7.");
        succeed(programs.drover("vms"), "running");
    }

    /** Only root can give files away; its programs run without the power to pass over modes. */
    private static void owned(Path file, String by) throws IOException {
        Files.setOwner(
                file, file.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(by));
    }

    private static boolean mayGiveFilesAway() {
        return System.getProperty("user.name").equals("root");
    }

    /** O3: why a VM does not start reaches whoever waits, and stands below the table of VMs until it starts. */
    private static void imageOfAnotherUser(Programs programs, Path image) throws IOException {
        if (!mayGiveFilesAway()) {
            return;
        }
        Files.setPosixFilePermissions(image, PosixFilePermissions.fromString("rw-r--r--"));
        owned(image, "nobody");
        String why = "cannot be written: permission denied for user root: " + image + " belongs to nobody:";
        fail(programs.drover("vm", "start", "web1", "--wait", "--timeout", "5s"), 7, why);
        succeed(programs.drover("vms"), why);
        owned(image, "root");
    }

    /** O1: a VM whose images could not be retired does not leave its host. */
    private static void folderOfAnotherUser(Programs programs) throws IOException {
        if (!mayGiveFilesAway()) {
            return;
        }
        Path images = programs.images("host1");
        owned(images, "nobody");
        rejected(
                programs.drover("migrate", "web1", "--to", "host2", "--wait"),
                "images.folder: cannot write to " + images + ": permission denied for user root: " + images
                        + " belongs to nobody:");
        owned(images, "root");
    }

    private static void refusals(Programs programs, Path definition) throws Exception {
        folderOfAnotherUser(programs);
        fail(programs.drover("migrate", "web9"), 3, "web9");
        fail(programs.drover("migrate", "web1", "--to", "host9"), 3, "host9");
        fail(programs.drover("migrate", "web1", "--to", "host1"), 4, "destination");
        // What replicates is the worker's business: it refuses before anything was done.
        rejected(programs.drover("migrate", "web1", "--to", "host2", "--algorithm", "teleport", "--wait"), "teleport");
        fail(programs.drover("migrate", "web1", "--to", "host2", "--disk", "floppy=pre-copy"), 4, "floppy");
        fail(programs.drover("vm", "define", definition.toString(), "--host", "host1"), 4, "is there already");
        fail(programs.drover("vm", "start", "web9"), 3, "web9");
        fail(programs.drover("migrations", UUID.randomUUID().toString()), 3, "migration");
        fail(programs.drover("cancel", UUID.randomUUID().toString()), 3, "migration");
    }

    private static void moveAndRestartWorker(Programs programs, ConsoleRecorder there) throws Exception {
        CommandRun run = programs.drover("migrate", "web1", "--to", "host2", "--wait", "--timeout", "180");
        succeed(run, "web1 moved from host1 to host2 in ");
        assertThat(run.out()).contains("round").contains(" of ").contains("completed");
        String id = programs.json("migrations").get(0).path("task").path("id").asString();
        succeed(programs.drover("migrations", id), "verify-copy");
        fail(programs.drover("cancel", id), 5, "");
        assertThat(programs.logOf("host1")).contains(" " + id + " ");

        long before = there.lastHeartbeat().orElseThrow().number();
        programs.stop("host2");
        assertThat(programs.logOf("host2")).contains("the worker of host2 has stopped");
        assertThat(there.awaitHeartbeat(before + 60, LIMIT))
                .as("runs without its worker")
                .isTrue();
        programs.startWorker("host2", "127.0.0.12");
    }

    private static void moveBack(Programs programs, ConsoleRecorder back) throws Exception {
        succeed(
                programs.drover("migrate", "web1", "--algorithm", "stop-and-copy", "--wait", "--timeout", "180"),
                "web1 moved from host2 to host1 in ");
        long arrived = back.lastHeartbeat().map(beat -> beat.number()).orElse(0L);
        assertThat(back.awaitHeartbeat(arrived + 30, LIMIT)).isTrue();
    }

    private static void assertOneRunner(List<ConsoleRecorder> consoles) {
        var evidence = HeartbeatEvidence.of(
                "web1",
                LIMITS,
                consoles.stream().map(ConsoleRecorder::recording).toList());
        assertThat(evidence.verdict().problems()).isEmpty();
        assertThat(evidence.verdict().handovers()).hasSize(2);
    }

    private static void stopVm(Programs programs) throws Exception {
        succeed(programs.drover("vm", "stop", "web1", "--wait"), "web1 is stopped on host1");
        assertThat(programs.pidFiles()).as("no VM is left").isEmpty();
    }
}
